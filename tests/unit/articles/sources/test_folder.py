"""What an operator may say about a folder of articles; tests/integration/test_folder_source.py has the folders."""

from pathlib import Path

import pytest

from articles.sources.folder import Folder


@pytest.mark.parametrize(
    "url",
    [
        "",
        "folder:",
        "folder://",
        "folder:///srv/articles?x=1",
        "folder:///srv/articles#x",
        "folder://me:hidden-word@host/srv/articles",
        "folder://srv/articles",
        "folder:srv/articles",
        "folder:///srv/a%00b",
        "folder:///srv/%FF",
        "folder://[/srv",
        "https://me:hidden-word@host/srv",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(ValueError, match="folder:///PATH") as caught:
        Folder(url)
    assert "hidden-word" not in str(caught.value)


def test_opening_touches_nothing(tmp_path: Path) -> None:
    Folder(f"folder://{tmp_path}/nothing")
    assert list(tmp_path.iterdir()) == []
