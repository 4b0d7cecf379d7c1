"""Ask, reply, read: through the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.discussion.models import Post, ReadMark, Thread
from tests import cast
from tests.common.test_pictures import SECRET, picture

pytestmark = pytest.mark.django_db


def test_a_question_is_asked_answered_thanked_and_its_answer_chosen() -> None:
    edition, ana, ben = cast.edition(opens=cast.monday(timezone.now())), cast.person("Ana"), cast.person("Ben")
    cast.enrolment(ana, edition)
    cast.enrolment(ben, edition)
    asker, helper = cast.browser(ana), cast.browser(ben)
    base = f"/e/{edition.slug}/discussion/"
    page = asker.get(f"{base}room/general/new/").content.decode()
    assert 'name="agree"' in page
    form = cast.form(title="Le chemin critique ?", text="Je ne comprends **pas**.", kind="question")
    refused = asker.post(f"{base}room/general/new/", form)
    assert refused.status_code == 422
    sent = asker.post(f"{base}room/general/new/", form | {"agree": "on"})
    assert sent.status_code == 302
    thread = Thread.objects.get()
    address = f"{base}thread/{thread.pk}/"
    assert "<strong>pas</strong>" in asker.get(address).content.decode()
    sent = helper.post(address, cast.form(text="La plus longue suite.", agree="on"))
    assert sent.headers["Location"] == f"{address}#p-2"
    thread.refresh_from_db()
    assert (thread.latest, thread.replies, thread.answered_at is not None) == (2, 1, True)
    answer = Post.objects.get(number=2)
    assert cast.script(ana).post(f"{base}post/{answer.pk}/thank/", cast.form(on="1")).status_code == 200
    assert asker.post(f"{base}post/{answer.pk}/accept/", cast.form(on="1")).status_code == 302
    page = helper.get(address).content.decode()
    assert "accepted" in page
    assert 'data-own="2"' in page
    assert ReadMark.objects.get(person=ben).number == 2
    assert asker.get(f"{base}post/{answer.pk}/").status_code == 200
    assert asker.get(f"{base}thread/{thread.pk}/after/2/").status_code == 204
    assert asker.get(base).status_code == 200
    assert asker.get(f"{base}room/general/").status_code == 200


def test_a_picture_is_shown_without_what_its_camera_wrote(tom: Person, edition: Edition) -> None:
    reader, base = cast.browser(tom), f"/e/{edition.slug}/discussion/"
    sent = SimpleUploadedFile("chantier.jpg", picture("JPEG"), content_type="image/jpeg")
    fields = cast.form(title="Le chantier", text="Le voici.", kind="discussion", agree="on")
    assert reader.post(f"{base}room/general/new/", fields | {"attached": sent}).status_code == 302
    post = Post.objects.get()
    shown = reader.get(f"{base}post/{post.pk}/file/1/")
    content = shown.getvalue()
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert content.startswith(b"\xff\xd8\xff")
    assert SECRET not in content
    broken = SimpleUploadedFile("chantier.jpg", picture("JPEG")[:200], content_type="image/jpeg")
    again = cast.form(title="Le chantier", text="Le voici.", kind="discussion")
    refused = reader.post(f"{base}room/general/new/", again | {"attached": broken})
    assert refused.status_code == 422
    assert "Le voici." in refused.content.decode()
