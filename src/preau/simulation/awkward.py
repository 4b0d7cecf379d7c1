"""Messages that break a house rule, or seem to, and what moderators say of them. Pure."""

from dataclasses import dataclass
from datetime import timedelta

# Why people point out what a moderator then leaves as it is: a reason of `Flag.Reason`, and their words.
DOUBTS = (
    ("place", "Je crois que cette question irait mieux dans le salon du module."),
    ("copy", "Cette phrase vient mot pour mot d’un site. Est-ce permis ?"),
    ("other", "La réponse me semble fausse : quelqu’un de l’équipe peut-il vérifier ?"),
    ("unkind", ""),
)


@dataclass(frozen=True)
class Planted:
    """A message written `after` the opening (or, before now, when that is negative), pointed out `flags` times for
    `reason`, and what a moderator `does`: hide, release or warn, by a house `rule`."""

    after: timedelta
    text: str
    does: str
    rule: str = ""
    statement: str = ""
    flags: int = 0
    reason: str = "other"
    words: str = ""
    contest: str = ""
    answer: str = ""
    upheld: bool = True


SPAM = "GAGNEZ CHAQUE JOUR AVEC LA CRYPTO : REVENUS PASSIFS !!!!!!!!!!!! http://gain.example"  # from anybody
PLANTED = (
    Planted(
        timedelta(days=2, hours=10),
        SPAM,
        "hide",
        "ads",
        "Ce message est une publicité, sans lien avec le cours.",
    ),
    Planted(
        timedelta(days=4, hours=11),
        "Nous sommes trois à réviser ensemble le soir. Le calendrier est sur http://tableau.example, et on s’appelle"
        " sur WhatsApp quand le réseau le permet.",
        "release",
    ),
    Planted(
        timedelta(days=5, hours=9),
        "Franchement, qui pose encore ce genre de question ? Relisez la leçon avant de nous faire perdre du temps.",
        "hide",
        "kind",
        "Personne n’a à s’excuser de demander. Vous pouvez dire la même chose en renvoyant à la leçon.",
        flags=2,
        reason="unkind",
        words="Ce ton décourage de poser des questions.",
        contest="Je voulais seulement dire que la réponse est dans la leçon.",
        answer="Nous comprenons l’intention, et la leçon répond en effet. Le ton reste blessant pour qui débute.",
    ),
    Planted(
        timedelta(days=5, hours=12),
        "L’association où je suis bénévole prête une salle pour travailler le cas pratique, gratuitement, le samedi à"
        " Nantes. Dites-moi si cela vous aide.",
        "hide",
        "ads",
        "Les annonces n’ont pas leur place sous une question.",
        flags=1,
        reason="spam",
        words="Une annonce ?",
        contest="Il n’y a rien à vendre : la salle est prêtée à qui suit le cours.",
        answer="Vous avez raison : c’est une aide offerte aux autres. Votre message est de nouveau affiché.",
        upheld=False,
    ),
    Planted(
        timedelta(days=6, hours=8),
        "Écris-moi directement, je réponds plus vite : 12 rue du Préau à Rennes, ou au bureau de Camille, poste 4417.",
        "warn",
        "private",
        "Cette page est lue par des milliers de personnes : ne donnez pas l’adresse ni le poste de quelqu’un d’autre.",
        flags=1,
        reason="personal",
        words="Il y a là le numéro de bureau de quelqu’un.",
    ),
)
# In an edition whose desk is looked at now, these wait for the person who looks.
WAITING = (
    Planted(timedelta(hours=-5), SPAM.replace("JOUR", "SOIR"), "hide", "ads", "Ce message est une publicité."),
    Planted(
        timedelta(hours=-3),
        "C’est écrit noir sur blanc dans le cours, il suffit de savoir lire.",
        "hide",
        "kind",
        "On peut renvoyer à la leçon sans blesser.",
        flags=2,
        reason="unkind",
        words="C’est inutilement dur.",
    ),
)
