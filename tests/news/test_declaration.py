"""What the accessibility page declares is what the tests run: the tool, the palette, each check."""

import json
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from preau.config.setup import node_folder
from preau.news import declaration
from tests import cast

ROOT = Path(settings.ROOT)


def test_the_tool_named_is_the_one_that_runs() -> None:
    used = json.loads((ROOT / "package.json").read_text())["devDependencies"]["axe-core"]
    assert f"axe-core {'.'.join(used.split('.')[:2])}" == declaration.AXE


def test_every_pair_of_the_palette_reaches_its_contrast_in_both_themes() -> None:
    script = ROOT / "src" / "preau" / "common" / "assets" / "contrast.mjs"
    done = subprocess.run([str(node_folder() / "node"), str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "2 themes, 0 below" in done.stdout


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_says_each_check_and_each_thing_that_is_missing(language: str) -> None:
    page = cast.browser().get(f"/{language}/accessibility/").content.decode()
    assert page.count("<dt>") == len(declaration.CHECKS)
    assert page.count("<li>") >= len(declaration.KNOWN)
