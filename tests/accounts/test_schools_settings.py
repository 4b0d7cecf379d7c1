"""Schools as the environment names them."""

import pytest

from preau.config import env, schools


def test_schools_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "SCHOOLS": "arts mines-1",
        "SCHOOL_ARTS_NAME": "Arts",
        "SCHOOL_ARTS_URL": "https://login.arts.example/",
        "SCHOOL_ARTS_CLIENT_ID": "preau",
        "SCHOOL_ARTS_SECRET": "x",
        "SCHOOL_ARTS_DOMAINS": "arts.example @Etu.Arts.example",
        "SCHOOL_MINES_1_NAME": "Mines",
        "SCHOOL_MINES_1_URL": "http://localhost:8080/realms/mines",
        "SCHOOL_MINES_1_CLIENT_ID": "preau",
        "SCHOOL_MINES_1_SECRET": "y",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    arts, mines = schools.read()
    assert arts["settings"] == {
        "server_url": "https://login.arts.example",
        "domains": ["arts.example", "etu.arts.example"],
    }
    assert (mines["provider_id"], mines["settings"]["domains"]) == ("mines-1", [])


@pytest.mark.parametrize(
    ("name", "value"),
    [("SCHOOLS", "Arts"), ("SCHOOL_ARTS_URL", "http://login.arts.example"), ("SCHOOL_ARTS_SECRET", "")],
)
def test_a_school_that_cannot_work_is_refused_at_the_start(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {"NAME": "Arts", "URL": "https://login.arts.example", "CLIENT_ID": "preau", "SECRET": "x"}
    for key, said in {"SCHOOLS": "arts", **{f"SCHOOL_ARTS_{key}": said for key, said in good.items()}}.items():
        monkeypatch.setenv(key, said)
    monkeypatch.setenv(name, value)
    with pytest.raises(env.BadSetting, match=r"SCHOOL"):
        schools.read()
