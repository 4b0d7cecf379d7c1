import pytest

from preau.courses.models import Course
from tests.past import stage


@pytest.fixture
def course(db: None) -> Course:
    return stage.course()
