"""Names and places of simulated people, by country: common given and family names, put together at random. Pure.

Nobody real is meant. Scripts, accents, apostrophes and double names are there because real lists hold them.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Origin:
    """A country (ISO 3166-1 alpha-2) with its zone (IANA), its parts of a thousand of a cohort, and its names."""

    country: str
    zone: str
    share: int
    given: tuple[str, ...]
    family: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    """Names parted by spaces; a `_` is a space inside one."""
    return tuple(word.replace("_", " ") for word in text.split())


FRENCH = _words(
    "Camille Élodie Benoît Chloé François Hélène Jérôme Noémie Loïc Maëlle Raphaël Zoé Gaëtan Inès Rémy Anaïs Cédric"
    " Jean-Luc Marie-Ève Anne-Sophie Théo Margaux Aurélien Solène Yann Océane Fañch Garance Étienne Lucie"
)
FRENCH_FAMILIES = _words(
    "Lefèvre Delaunay D’Hervé Müller Le_Goff Garnier Béranger Perrin-Cole Da_Silva L’Hostis Château Peña Roussel Dupré"
    " Fauré-Lenoir Maréchal Vasseur Ó_Briain Kowalczyk Besançon Ferré Guérin Tessier Oudin Yılmaz Nguyễn Ben_Amar Lœuil"
)
ARABIC = _words("مريم يوسف سلمى كريم هاجر أنس نادية إلياس زينب طارق أمينة ياسين")
ARABIC_FAMILIES = _words("العلوي بنجلون الإدريسي المنصوري بوعزيز الطرابلسي حداد الشرقاوي بن_صالح مرابط")
MAGHREB = _words(
    "Yasmine Mehdi Salma Amine Khadija Anis Nawel Rachid Imène Walid Sofiane Hajar Ilyès Meriem Zineb Oussama"
    " Lamia Hichem Soukaïna Nabil"
)
MAGHREB_FAMILIES = _words(
    "Benali El_Idrissi Aït-Saïd Ould_Kaci Bouzid Cherkaoui Trabelsi Ben_Youssef Hamdani Lahlou M’Barek Zerrouki"
    " Gharbi Belkacem Mezghani Naït_Belaïd Tazi Chebbi"
)
WEST = _words(
    "Awa Moussa Fatou Ousmane Aminata Kouadio Adjoua Ibrahima Mariam Seydou Aïssatou Koffi Rokhaya Boubacar Akissi"
    " Djénéba Yao Salimata Bakary Afi"
)
WEST_FAMILIES = _words(
    "Ndiaye Diop Kouassi N’Guessan Traoré Ouédraogo Koné Sow Ba Zongo Houngbédji Agbodjan Sanogo Mbengue Diarra"
    " Coulibaly Gnonlonfin Sawadogo Tchalla Dembélé"
)
CENTRAL = _words(
    "Grâce Emmanuel Béatrice Trésor Divine Serge Prisca Merveille Gaston Nadège Dieudonné Clarisse Fidèle Solange"
)
CENTRAL_FAMILIES = _words(
    "Mbarga Ngo_Biyong Tchoumi Ilunga Mukendi Nzambi M’Bemba Ekotto Kabeya Tshilombo Moukoko Essomba Lukusa Bouanga"
)
MALAGASY = _words("Hanta Tiana Fetra Lalaina Mamy Noro Rivo Voahangy")
MALAGASY_FAMILIES = _words("Rakotonirina Randrianasolo Rasoamanana Andriamihaja Razafindrakoto Ravelojaona")
HAITIAN = _words("Wideline Jean-Robert Mirlande Frantz Islande Wilner Guerda Stanley Rose-Laure Evens")
HAITIAN_FAMILIES = _words("Joseph Pierre-Louis Saint-Fleur Désir Augustin Toussaint-Cadet Exantus Jean-Baptiste Cadet")
QUEBEC = _words("Maxime Geneviève Félix Marie-Pier Olivier Ariane Marc-André Joëlle Xavier Andréanne")
QUEBEC_FAMILIES = _words(
    "Tremblay-Roy Gagné Bélanger Côté L’Heureux Ouellet Saint-Onge Bouchard-Caron Pelletier Thériault"
)
SWISS = _words("Léa Matthieu Céline Jonas Aline Kevin Sabine Lukas")
SWISS_FAMILIES = _words("Vandenbroucke Peeters Dubois-Maes D’Hondt Rochat Favre Aebischer Zürcher")

ORIGINS: tuple[Origin, ...] = (
    Origin("FR", "Europe/Paris", 430, FRENCH, FRENCH_FAMILIES),
    Origin("MA", "Africa/Casablanca", 80, MAGHREB + ARABIC, MAGHREB_FAMILIES),
    Origin("DZ", "Africa/Algiers", 70, MAGHREB, MAGHREB_FAMILIES),
    Origin("TN", "Africa/Tunis", 50, MAGHREB, MAGHREB_FAMILIES),
    Origin("SN", "Africa/Dakar", 60, WEST, WEST_FAMILIES),
    Origin("CI", "Africa/Abidjan", 55, WEST, WEST_FAMILIES),
    Origin("CM", "Africa/Douala", 45, CENTRAL, CENTRAL_FAMILIES),
    Origin("BF", "Africa/Ouagadougou", 30, WEST, WEST_FAMILIES),
    Origin("BJ", "Africa/Porto-Novo", 20, WEST, WEST_FAMILIES),
    Origin("ML", "Africa/Bamako", 20, WEST, WEST_FAMILIES),
    Origin("CD", "Africa/Kinshasa", 20, CENTRAL, CENTRAL_FAMILIES),
    Origin("MG", "Indian/Antananarivo", 15, MALAGASY, MALAGASY_FAMILIES),
    Origin("HT", "America/Port-au-Prince", 35, HAITIAN, HAITIAN_FAMILIES),
    Origin("CA", "America/Toronto", 40, QUEBEC, QUEBEC_FAMILIES),
    Origin("BE", "Europe/Brussels", 20, SWISS + FRENCH, SWISS_FAMILIES),
    Origin("CH", "Europe/Zurich", 10, SWISS, SWISS_FAMILIES),
)


def name(origin: Origin, rng: Random) -> str:
    """A given and a family name; an Arabic given name takes an Arabic family name."""
    given = rng.choice(origin.given)
    family = rng.choice(ARABIC_FAMILIES if given in ARABIC else origin.family)
    return f"{given} {family}"


def second(name: str, origin: Origin, rng: Random) -> str:
    """The same name with a second family name, in its own script."""
    families = ARABIC_FAMILIES if name.split()[0] in ARABIC else origin.family
    other = [family for family in families if family not in name]
    return f"{name} {rng.choice(other)}"
