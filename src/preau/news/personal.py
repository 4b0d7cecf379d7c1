"""What the public site holds of a person: what they wait for, handed over and deleted."""

from collections.abc import Mapping
from datetime import datetime

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.news import site, subscribing, voices, waiting
from preau.news.models import Article, Banner, Mailing, Picture, Testimonial, WhatsNew


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("news", export, erase)


def export(person: Person) -> personal_data.Tables:
    """What they wait for, by their account or by an address of theirs; what they said of a course."""
    return {**waiting.personal(person), **subscribing.personal(person), "testimonials": voices.personal(person)}


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Wait for nothing any more, subscribe to nothing, have said nothing; nobody is named as the writer of what is
    new, of articles, of pictures."""
    waiting.rows_of(person).delete()
    subscribing.rows_of(person).delete()
    if Testimonial.objects.filter(person=person).delete()[0]:
        site.forget()
    Mailing.objects.filter(made_by=person).update(made_by=None)
    Mailing.objects.filter(sent_by=person).update(sent_by=None)
    Banner.objects.filter(made_by=person).update(made_by=None)
    WhatsNew.objects.filter(edited_by=person).update(edited_by=None)
    Article.objects.filter(made_by=person).update(made_by=None)
    Article.objects.filter(edited_by=person).update(edited_by=None)
    Picture.objects.filter(added_by=person).update(added_by=None)
    return {}
