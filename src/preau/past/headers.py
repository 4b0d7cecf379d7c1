"""What each column of a file is, by its header: in French or English, in any order, whatever its case, accents and
spaces. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from preau.past import values
from preau.past.values import Bad, folded

MOST = 2_000  # columns
WORDS = {
    "email": "email mail courriel mel adressemail adresseemail adressemel adressecourriel adressedecourriel "
    "adresseelectronique emailaddress mailaddress adresse",
    "number": "numeroetudiant netudiant noetudiant numetudiant numerodetudiant ndetudiant codeetudiant idetudiant ine "
    "nine numeroine codeine matricule nummatricule numeromatricule studentnumber studentno studentid studentnr "
    "registrationnumber matriculation matriculationnumber numero",
    "name": "name nomcomplet fullname nomprenom prenomnom nometprenom prenometnom nomprenoms participant apprenant "
    "apprenante etudiant etudiante student learner displayname personne",
    "first": "prenom prenoms firstname givenname givennames forename",
    "last": "nom nomdefamille nomusuel nomnaissance lastname surname familyname",
    "edition": "edition editionnumber editionnumero numeroedition numerodedition nedition nomedition session "
    "sessionnumber numerosession numerodesession nsession ndesession sessionmooc run cohort cohorte promotion",
    "what": "what kind type quoi nature categorie category typedobjet objecttype",
    "key": "key cle id identifiant object objet item element cleobjet objectid",
    "unit": "unit unite activity activite lesson lecon quiz devoir assignment exercice exercise evaluation",
    "module": "module moduleid",
    "track": "track parcours path voie formule",
    "score": "score note points grade mark result resultat nbpoints notefinale moyenne moyennegenerale scorefinal "
    "finalgrade finalscore finalmark overallgrade notesurvingt",
    "of": "of sur outof max maximum scoremax maxscore pointsmax maxpoints notemax notemaximale bareme notesur",
    "percent": "percent percentage pourcentage pourcent pct tauxdereussite",
    "passed": "passed pass success reussi reussie reussite recu recue admis admise admitted valide validee validation "
    "obtenu obtenue decision succes resultat result",
    "certificate": "certificate certificat certificatecode codecertificat codeducertificat codecertificate "
    "numerocertificat numeroducertificat certificateid certificatenumber attestation codeattestation "
    "codedeverification codeverification verificationcode",
    "credits": "credits credit ects creditects creditsects ectscredits nbects",
    "at": "date at on le datederesultat dateresultat dateobtention datedobtention completedat completed passedat "
    "timestamp horodatage dateofresult issuedat datededelivrance datedelivrance delivrele datecertificat dateofissue "
    "issued issuedon awardedon dateawarded",
    # of totals
    "number_of": "nombre count total number effectif valeur value n",
    "enrolled": "enrolled enrolments enrollments inscrits inscrites inscriptions registered participants nbinscrits "
    "nombredinscrits nombreinscrits personnesinscrites",
    "active": "active actifs actives learnersactive apprenantsactifs participantsactifs",
    "passes": "passes passed success reussi reussite admis admises admitted "
    "recus recues reussites laureats laureates admitted graduated diplomes",
    "certificates": "certificates certificats attestations certificatsdelivres certificatesissued certifies certifiees "
    "certified nbcertificats nombredecertificats",
}
_SYNONYMS: dict[str, list[str]] = {}
for _name, _words in WORDS.items():
    for _word in _words.split():
        _SYNONYMS.setdefault(_word, []).append(_name)
_WIDE = re.compile(r"\s*([^\W\d_]+)\s*:\s*(\S.*?)\s*")
_SCALE = re.compile(r"(.*?)[\s(]*(?:/|\bsur\b|\bout of\b)\s*([0-9]{1,6})\s*\)?\s*", re.IGNORECASE)
_KINDS = ("unit", "module", "track")
IDENTIFYING = ("email", "number")
OF_PEOPLE = {
    *("email", "number", "name", "first", "last", "edition", "what", "key", "unit", "module", "track", "score", "of"),
    *("percent", "passed", "certificate", "credits", "at"),
}
OF_TOTALS = {"edition", "what", "number_of", "enrolled", "active", "passes", "certificates"}
TOTALS = {"enrolled": "enrolled", "active": "active", "passes": "passed", "certificates": "certificates"}


@dataclass(frozen=True)
class Wide:
    """A column that is one object's: the results of everybody for it, out of `of`, or in percent."""

    at: int
    what: str
    key: str
    of: float | None


@dataclass(frozen=True)
class Layout:
    """Where each value is: `at` by name, `wide` columns, `scale` that the header of the points says (or that is
    `supposed`, from what they are), `unknown` headers."""

    at: Mapping[str, int]
    wide: Sequence[Wide] = ()
    scale: float | None = None
    unknown: Sequence[str] = field(default=())
    width: int = 0
    supposed: bool = False

    @property
    def known(self) -> int:
        """How many columns were understood."""
        return len(self.at) + len(self.wide)


def layout(
    cells: Sequence[str], keys: Mapping[str, str], wanted: set[str], titles: Mapping[str, str] | None = None
) -> Layout:
    """What these headers say; `keys` are the course's own ids by kind ({"quiz-1": "unit"}), `titles` its ids by folded
    title, `wanted` the meanings that count. Raises `Bad` for one meaning that two columns claim, and for far too many
    columns."""
    if len(cells) > MOST:
        raise Bad("columns", number=len(cells), most=MOST)
    at: dict[str, int] = {}
    wide: list[Wide] = []
    unknown: list[tuple[int, str]] = []
    scale: float | None = None
    sure_first = sorted(range(len(cells)), key=lambda place: len(_meanings(_scaled(cells[place])[0], wanted)) > 1)
    for place in sure_first:
        cell = cells[place]
        header, of = _scaled(cell)
        meanings = _meanings(header, wanted)
        if meanings:
            name = next((one for one in meanings if one not in at), meanings[0])
            name = "percent" if name == "score" and "%" in cell else name
            if name in at:
                raise Bad("twice", first=cells[at[name]], second=cell)
            at[name] = place
            scale = of if name == "score" else scale
        elif found := _object(header, keys if "key" in wanted else {}, titles or {}):
            if any((one.what, one.key) == found for one in wide):
                raise Bad("twice", first=header, second=cell)
            wide.append(Wide(place, *found, of))
        elif cell.strip():
            unknown.append((place, cell.strip()[:80]))
    if "last" in at and "first" not in at and "name" not in at:
        at["name"] = at.pop("last")
    wide.sort(key=lambda one: one.at)
    return Layout(at, tuple(wide), scale, tuple(cell for _place, cell in sorted(unknown)), len(cells))


def _meanings(header: str, wanted: Collection[str]) -> list[str]:
    """What a header may mean, of what is wanted, the likeliest first."""
    return [name for name in _SYNONYMS.get(folded(header), ()) if name in wanted]


def _meaning(header: str, wanted: Collection[str]) -> str:
    """The likeliest of these; empty for nothing."""
    return next(iter(_meanings(header, wanted)), "")


def _scaled(header: str) -> tuple[str, float | None]:
    """A header without the "/20" or "(sur 20)" that says out of how many its points are."""
    found = _SCALE.fullmatch(header)
    return (found[1], float(found[2])) if found and found[1].strip() and int(found[2]) else (header, None)


def _object(header: str, keys: Mapping[str, str], titles: Mapping[str, str]) -> tuple[str, str] | None:
    """The object that a column of its own is about: "unit:quiz-1", "Parcours : classique", an id of the course, or a
    title of it."""
    found = _WIDE.fullmatch(header)
    kind = _meaning(found[1], _KINDS) if found else ""
    try:
        if found and kind:
            return kind, titles.get(values.folded(found[2])) or values.key(found[2])
        bare = titles.get(values.folded(header)) or values.key(header)
    except Bad:
        return None
    return (keys[bare], bare) if bare in keys else None


def lacking(found: Layout) -> str:
    """Why a file of people cannot be read with these columns; empty when it can."""
    if not any(name in found.at for name in IDENTIFYING):
        return "nobody"
    return "" if "edition" in found.at else "no_edition"


def lacking_totals(found: Layout) -> str:
    """The same for a file of totals."""
    if "edition" not in found.at:
        return "no_edition"
    long = "what" in found.at and "number_of" in found.at
    return "" if long or any(name in found.at for name in TOTALS) else "no_figure"


def separator(line: str, candidates: str, keys: Mapping[str, str], wanted: set[str]) -> str:
    """The one by which most columns of a header are understood; of equals, that which makes most columns."""

    def worth(mark: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"') for cell in line.split(mark)]
        try:
            return layout(cells, keys, wanted).known, len(cells)
        except Bad:
            return 0, len(cells)

    return max(candidates, key=worth)
