"""The rules of moderation: what is held back, what can be contested, how long first answers take."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.discussion import rules, spam, words_moderation
from preau.discussion import rules_moderation as bounds
from preau.discussion.models import Flag, ModerationAct

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ORDINARY = [
    "Bonjour à tous, je m'appelle Awa et j'habite à Dakar.",
    "Je ne comprends pas la marge libre : quelqu'un peut-il m'expliquer ?",
    "La réponse est dans la leçon 2, et bien expliquée ici : https://fr.wikipedia.org/wiki/M%C3%A9thode_PERT",
    "Deux sources utiles pour le devoir : https://example.org/a et https://example.org/b, bonne lecture à vous.",
    "Mon projet : un groupe WhatsApp pour le quartier, avec un budget de 300 euros.",
    "MERCI BEAUCOUP pour cette réponse, elle m'a vraiment aidé.",
    "Mon entreprise travaille sur la chaîne de blocs et le bitcoin, est-ce un bon sujet de projet ?",
    "```\nfor i in range(10): print(i)\n```\nPourquoi cette boucle s'arrête-t-elle à 9 ?",
]
SPAM = [
    "Gagnez vite avec notre casino http://bit.ly/x",
    "Contact WhatsApp +33612345678 http://bit.ly/prêt prêt rapide",
    "http://a.example http://b.example http://c.example http://d.example http://e.example",
    "Ｗｈａｔｓａｐｐ +221 77 123 45 67 earn money now https://t.me/abc",
    "cas\u200bino c\u200basino ca\u200bsino https://tinyurl.com/x achetez maintenant",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_what_learners_write_is_not_held_back(text: str) -> None:
    assert not spam.score(text, new=True).holds
    assert not spam.score(text, new=False).holds


@pytest.mark.parametrize("text", SPAM)
def test_what_sells_waits_in_first_messages_with_its_reasons(text: str) -> None:
    found = spam.score(text, new=True)
    assert found.holds
    assert found.points == sum(points for _name, points in found.reasons)
    assert {name for name, _points in found.reasons} <= set(words_moderation.SPAM)


TEXTS = st.text(max_size=400) | st.sampled_from([*ORDINARY, *SPAM])


@given(TEXTS, st.integers(0, 20))
def test_new_people_repeats_and_more_links_never_score_less(text: str, same: int) -> None:
    base = spam.score(text, new=False, same=same).points
    assert spam.score(text, new=True, same=same).points >= base
    assert spam.score(text, new=False, same=same + 1).points >= base
    assert 0 <= base <= 30


@given(st.text(alphabet="a.:/htps w\u200b+0(", max_size=2000))
def test_a_text_made_to_be_slow_is_read_at_once(text: str) -> None:
    long = (text * 40)[: rules.LONGEST]
    assert spam.score(long, new=True).points >= 0


def test_signs_of_no_width_do_not_hide_a_link() -> None:
    assert spam.links("ht\u200btps://exemple.fr et ｈｔｔｐｓ://exemple.fr") == 2


@given(st.sampled_from([str(one) for one in ModerationAct.What.values]), st.timedeltas(timedelta(0), timedelta(400)))
def test_what_takes_something_away_is_contested_for_six_months(what: str, past: timedelta) -> None:
    possible = bounds.contestable(what, NOW - past, NOW)
    assert possible == (what in {"hide", "warn", "mute", "ban", "fold"} and past <= timedelta(days=183))


@given(st.lists(st.none() | st.integers(1, 10_000), max_size=60))
def test_the_median_counts_those_without_an_answer_as_waiting(waits: list[int | None]) -> None:
    answered = sorted(timedelta(minutes=one) for one in waits if one is not None)
    middle = answered[len(waits) // 2] if len(waits) // 2 < len(answered) else None
    found = bounds.median(middle, len(waits), len(answered))
    endless = sorted(timedelta(minutes=one) if one is not None else timedelta.max for one in waits)
    if found is None:
        assert not waits or len(answered) * 2 <= len(waits)
    else:
        assert found == endless[len(waits) // 2]


def test_every_key_has_its_words() -> None:
    assert set(words_moderation.REASONS) == set(Flag.Reason.values)
    assert set(words_moderation.RULES) == set(rules.HOUSE)
    assert set(words_moderation.DONE) == set(ModerationAct.What.values)
