"""A fragment speaks the language of the page that it is for."""

from preau.courses.models import Edition
from tests import cast


def test_a_fragment_speaks_as_the_page_it_is_for(db: None) -> None:
    edition: Edition = cast.edition(slug="thin-1")
    ana = cast.person("Ana", language="en")
    cast.enrolment(ana, edition)
    address = f"/e/{edition.slug}/discussion/at/lecon/"
    asked = {"HX-Current-URL": f"https://cours.example.org/e/{edition.slug}/fr/debut/lecon/"}
    assert "Personne n’a encore posé" in cast.script(ana).get(address, headers=asked).content.decode()
    assert "Nobody has asked" in cast.script(ana).get(address).content.decode()


def test_an_address_that_is_none_is_nobodys_page(db: None) -> None:
    ana = cast.person("Ana", language="en")
    for said in ("http://[", "", "/fr", "fr/e"):
        assert cast.script(ana).get("/me/", headers={"HX-Current-URL": said}).headers["Content-Language"] in (
            "en",
            "fr",
        )
