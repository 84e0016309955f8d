"""Articles in a folder of real files that come, change and go."""

import json
import logging
import multiprocessing
import os
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from articles.errors import (
    ArticleError,
    ArticleNotFound,
    ArticleTooLarge,
    InvalidArticle,
    InvalidArticleId,
    SourceUnavailable,
)
from articles.sources import folder as folder_module
from articles.sources.folder import LOOK_SECONDS, STILL_SECONDS, Folder
from tests.running import wait_for
from tests.texts import paragraphs, sentence

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SOON = STILL_SECONDS + LOOK_SECONDS + 1
"""Seconds within which a new or changed file is noticed."""


class Files:
    """A folder, and somebody who writes into it."""

    def __init__(self, path: Path):
        self.path = path
        path.mkdir()

    def write(self, name: str, text: str | bytes, moment: datetime | None = NOON) -> Path:
        """A file last written at ``moment``; None is now."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        if moment:
            os.utime(path, (moment.timestamp(), moment.timestamp()))
        return path

    def folder(self, skip: str = "") -> Folder:
        return Folder(f"folder://{quote(str(self.path))}", skip)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "المقالات 100% #?")


def page(number: int) -> str:
    return f"<h1>عنوان {number}</h1><p>{sentence(number)}</p>"


def ids(folder: Folder, since: datetime | None = None, limit: int = 50) -> list[str]:
    return [article.id for article in folder.recent(since, limit)]


def is_there(folder: Folder, id: str) -> bool:
    try:
        folder.get(id)
    except ArticleNotFound:
        return False
    return True


# -- Files ------------------------------------------------------------------------------------------------------------


def test_every_kind_of_file_is_read(files: Files) -> None:
    first, second = paragraphs(1, 2)
    files.write("صفحة.html", f"<h1>عنوان</h1><p>{first}</p><p>{second}</p>")
    files.write("2026/03/old.HTM", f"<h1>عنوان</h1><p>{first}</p><p>{second}</p>")
    files.write("text.txt", f"عنوان\n\n{first}\n\n{second}")
    files.write("marked.md", f"# عنوان\n\n{first}\n\n**{second}**")
    files.write("data.json", json.dumps({"title": "عنوان", "paragraphs": [first, second]}))
    folder = files.folder()
    names = ["صفحة", "old", "text", "marked", "data"]
    for name in names:
        got = folder.get(name)
        assert (got.id, got.title, got.paragraphs) == (name, "عنوان", (first, second))
        assert got.published_at == got.updated_at == NOON
    assert sorted(ids(folder)) == sorted(names)
    with pytest.raises(ArticleNotFound):
        folder.get("2026")


def test_json_says_more(files: Files) -> None:
    one = {"id": 7, "title": "سبعة", "html": "<p>نص</p>", "url": "https://x.example/7", "language": "ar-MA"}
    files.write("one.json", json.dumps({**one, "published_at": "2026-03-01T10:00:00+01:00"}))
    files.write("many.json", json.dumps([{"id": "خبر", "title": "أول"}, {"title": "ثان"}]))
    folder = files.folder()
    got = folder.get("7")
    assert (got.title, got.paragraphs, got.url, got.language) == ("سبعة", ("نص",), "https://x.example/7", "ar-MA")
    assert (got.published_at, got.updated_at) == (datetime(2026, 3, 1, 9, tzinfo=UTC), NOON)
    assert [folder.get(id).title for id in ("خبر", "many")] == ["أول", "ثان"]
    assert sorted(ids(folder)) == sorted(["7", "خبر", "many"])
    with pytest.raises(ArticleNotFound):
        folder.get("one")


def test_a_pages_own_time_is_its_publication(files: Files) -> None:
    head = '<head><meta property="article:published_time" content="2026-03-01T10:00:00Z"></head>'
    files.write("a.html", f"<html>{head}<body><article><h1>ع</h1><p>{sentence(1, 40)}</p></article></body></html>")
    got = files.folder().get("a")
    assert (got.published_at, got.updated_at) == (datetime(2026, 3, 1, 10, tzinfo=UTC), NOON)


def test_marks_and_selectors_to_skip_are_honoured(files: Files) -> None:
    files.write("a.html", '<p>أولى</p><p class="ad">إعلان</p><p data-listen="skip">صورة</p><p>ثانية</p>')
    got = files.folder(skip=".ad").get("a")
    assert got.paragraphs == ("أولى", "ثانية")
    assert sorted(skip.text for skip in got.skipped) == ["إعلان", "صورة"]


def test_texts_are_articles_and_no_copied_pages(files: Files) -> None:
    first, second = paragraphs(1, 2)
    files.write("a.txt", f"محطات\n\n18 ماي 2026\n\n{first}\n\nالتعليقات (3)\n\n{second}\n\nالوسوم: طرق")
    files.write("b.md", f"# محطات\n\n## الوسوم\n\n{first}\n\n- نعم\n- المزيد\n\n## المصدر\n\n{second}")
    files.write("c.md", f"# محطات\n\n{first} <span data-listen='skip'>سر</span>\n\n<p class='ad'>إعلان تجاري</p>")
    folder = files.folder(skip=".ad")
    read = {id: folder.get(id) for id in "abc"}
    assert {article.title for article in read.values()} == {"محطات"}
    assert read["a"].paragraphs == ("18 ماي 2026", first, "التعليقات (3)", second, "الوسوم: طرق")
    assert read["b"].paragraphs == ("الوسوم", first, "نعم", "المزيد", "المصدر", second)
    assert read["c"].paragraphs == (first,)
    assert [skip.text for skip in read["c"].skipped] == ["سر", "إعلان تجاري"]


def test_what_is_no_article_is_left_alone(files: Files, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    names = [".hidden.html", ".git/a.html", "a.html~", "b.html.tmp", "c.html.part", "d.jpg", "README", "#e.html#"]
    for name in names:
        files.write(name, page(1))
    os.mkfifo(files.path / "pipe.html")
    (files.path / "folder.html").mkdir()
    files.write("good.html", page(2))
    folder = files.folder()
    assert ids(folder) == ["good"]
    assert not is_there(folder, "pipe")
    assert caplog.messages == []


def test_links_are_followed_within_the_folder_only(files: Files, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.html").write_text(page(1))
    os.utime(outside / "secret.html", (0, 0))
    files.write("2026/real.html", page(2))
    (files.path / "latest.html").symlink_to("2026/real.html")
    (files.path / "out.html").symlink_to(outside / "secret.html")
    (files.path / "out").symlink_to(outside)
    (files.path / "nowhere.html").symlink_to("nothing.html")
    (files.path / "self.html").symlink_to("self.html")
    (files.path / "2026" / "round").symlink_to(files.path)
    folder = files.folder()
    assert sorted(ids(folder)) == ["latest", "real"]
    assert not is_there(folder, "secret")
    assert not is_there(folder, "out")


def test_a_file_that_becomes_a_link_out_of_the_folder_is_gone(files: Files, tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text(page(1))
    os.utime(secret, (0, 0))
    path = files.write("a.html", page(2))
    folder = files.folder()
    assert is_there(folder, "a")
    path.unlink()
    path.symlink_to(secret)
    assert not is_there(folder, "a")


def test_the_folder_itself_may_be_a_link_that_is_moved(files: Files, tmp_path: Path) -> None:
    files.write("v1/a.html", page(1))
    files.write("v2/a.html", page(2))
    current = tmp_path / "current"
    current.symlink_to(files.path / "v1")
    folder = Folder(f"folder://{current}")
    assert folder.get("a").title == "عنوان 1"
    current.unlink()
    current.symlink_to(files.path / "v2")
    assert folder.get("a").title == "عنوان 2"
    assert ids(folder) == ["a"]


# -- Ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["..%2Fsecret", "secret", "a.html", "A", "*", "%61", "a\\..\\a", "~", "a%00"])
def test_an_id_is_never_a_path(files: Files, tmp_path: Path, id: str) -> None:
    (tmp_path / "secret.html").write_text(page(1))
    files.write("a.html", page(2))
    with pytest.raises(ArticleNotFound):
        files.folder().get(id)


@pytest.mark.parametrize("id", ["", "../secret", "/etc/passwd", "..", "a\x00", "\udcff", "x" * 201])
def test_what_cannot_be_an_id_is_refused(files: Files, id: str) -> None:
    with pytest.raises(InvalidArticleId):
        files.folder().get(id)


def test_of_two_files_with_one_id_the_first_path_is_taken(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    files.write("b.json", json.dumps({"id": "a", "title": "من ب"}), NOON + timedelta(hours=1))
    files.write("a.html", page(1))
    files.write("z/a.md", "# آخر")
    folder = files.folder()
    assert [found.title for found in folder.recent()] == [folder.get("a").title] == ["عنوان 1"]
    folder.recent()
    assert len([message for message in caplog.messages if "a is the id of" in message]) == 2
    (files.path / "a.html").unlink()
    assert [found.title for found in folder.recent()] == [folder.get("a").title] == ["من ب"]


# -- What comes, changes and goes -------------------------------------------------------------------------------------


def test_a_new_file_is_found_soon(files: Files) -> None:
    folder = files.folder()
    assert not is_there(folder, "new")
    files.write("new.html", page(1), moment=None)
    wait_for(lambda: is_there(folder, "new"), SOON, "the new file")
    assert ids(folder) == ["new"]


def test_a_changed_file_is_read_again_and_the_old_text_stands_until_then(files: Files) -> None:
    files.write("a.html", page(1))
    folder = files.folder()
    assert folder.get("a").title == "عنوان 1"
    files.write("a.html", page(2), moment=None)
    assert folder.get("a").title == folder.recent()[0].title == "عنوان 1"
    wait_for(lambda: folder.get("a").title == "عنوان 2", SOON, "the new text")
    updated_at = folder.get("a").updated_at
    assert updated_at is not None
    assert datetime.now(UTC) - updated_at < timedelta(seconds=30)
    assert folder.recent(datetime.now(UTC) - timedelta(minutes=1))[0].title == "عنوان 2"


def test_another_text_of_the_same_size_and_time_in_a_new_file_is_noticed(files: Files) -> None:
    files.write("a.html", page(1))
    folder = files.folder()
    assert folder.get("a").title == "عنوان 1"
    files.write("a.tmp", page(1).replace("عنوان 1", "عنوان 9")).replace(files.path / "a.html")
    assert folder.get("a").title == folder.recent()[0].title == "عنوان 9"


def test_a_file_that_goes_is_not_found(files: Files) -> None:
    path = files.write("a.html", page(1))
    folder = files.folder()
    assert is_there(folder, "a")
    path.unlink()
    assert not is_there(folder, "a")
    assert ids(folder) == []


def test_a_file_that_moves_stays_found(files: Files) -> None:
    path = files.write("a.html", page(1))
    folder = files.folder()
    for name in ("archive/a.html", "archive/2026/a.html"):
        assert is_there(folder, "a")
        (files.path / name).parent.mkdir(exist_ok=True)
        path = path.rename(files.path / name)
        assert folder.get("a").title == "عنوان 1"


def test_json_whose_ids_change(files: Files) -> None:
    files.write("a.json", json.dumps([{"id": "1", "title": "أول"}, {"id": "2", "title": "ثان"}]))
    folder = files.folder()
    assert sorted(ids(folder)) == ["1", "2"]
    files.write("a.json", json.dumps([{"id": "2", "title": "جديد"}, {"id": "3", "title": "ثالث"}]), NOON + timedelta(1))
    assert folder.get("2").title == "جديد"
    assert not is_there(folder, "1")
    assert is_there(folder, "3")


def test_half_a_file_is_never_read(files: Files) -> None:
    """Somebody writes an article slowly, again and again; whoever asks gets a whole one."""
    folder = files.folder()
    whole = [f"<h1>عنوان {number}</h1>" + f"<p>{sentence(number)}</p>" * 40 for number in range(3)]
    files.write("a.html", whole[0])
    folder.get("a")
    expected = {f"عنوان {number}": [sentence(number)] * 40 for number in range(3)}
    done = threading.Event()

    def write() -> None:
        for text in whole[1:]:
            with (files.path / "a.html").open("w", encoding="utf-8") as file:
                for start in range(0, len(text), len(text) // 20):
                    file.write(text[start : start + len(text) // 20])
                    file.flush()
                    time.sleep(0.05)  # A slow writer is what this test is about.
            wait_for(lambda text=text: folder.get("a").title in text, SOON, "the text just written")
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        for article in (folder.get("a"), *folder.recent()):
            assert list(article.paragraphs) == expected[article.title]
            seen.add(article.title)
    writer.join()
    assert seen == set(expected)


def test_a_file_being_written_whose_text_is_not_known_is_waited_for(files: Files) -> None:
    files.write("a.html", page(1))
    folder = files.folder()
    folder.ping()  # Knows of the file, not its text.
    files.write("a.html", page(2), moment=None)
    assert ids(folder) == []
    assert folder.get("a").title == "عنوان 2"


def test_an_empty_file_is_one_still_to_be_written(files: Files) -> None:
    files.write("a.html", page(1))
    folder = files.folder()
    assert ids(folder) == ["a"]
    files.write("a.html", "", NOON + timedelta(seconds=1))
    files.write("b.html", "")
    assert ids(folder) == ["a"]
    assert not is_there(folder, "b")
    files.write("a.html", page(2), NOON + timedelta(seconds=2))
    assert folder.get("a").title == "عنوان 2"


def test_a_file_that_is_never_still_is_not_waited_for_longer(files: Files) -> None:
    path = files.write("a.html", page(1))
    folder = files.folder()
    folder.ping()
    done = threading.Event()

    def touch() -> None:
        while not done.wait(0.05):
            os.utime(path)

    writer = threading.Thread(target=touch)
    os.utime(path)
    writer.start()
    try:
        with pytest.raises(SourceUnavailable, match="being written"):
            folder.get("a")
    finally:
        done.set()
        writer.join()
    assert wait_for(lambda: folder.get("a"), SOON, "the article").title == "عنوان 1"


def test_a_file_of_tomorrow_is_read(files: Files) -> None:
    files.write("a.html", page(1), datetime.now(UTC) + timedelta(days=1))
    assert ids(files.folder()) == ["a"]


# -- The newest -------------------------------------------------------------------------------------------------------


def test_recent_is_newest_first_by_publication(files: Files) -> None:
    files.write("written-late.json", json.dumps({"title": "ع", "published_at": "2026-03-01T00:00:00Z"}), NOON)
    files.write("b.html", page(2), NOON - timedelta(days=2))
    files.write("c.html", page(3), NOON - timedelta(days=1))
    folder = files.folder()
    assert ids(folder) == ["c", "b", "written-late"]
    assert ids(folder, limit=1) == ["c"]
    assert ids(folder, limit=0) == ids(folder, limit=-1) == []
    assert ids(folder, NOON) == ["written-late"]
    assert ids(folder, NOON - timedelta(days=1)) == ["c", "written-late"]
    assert ids(folder, NOON + timedelta(seconds=1)) == []


def test_many_articles_in_a_file_are_ordered_among_the_others(files: Files) -> None:
    days = [{"id": str(day), "title": "ع", "published_at": f"2026-03-{day:02}"} for day in range(1, 14)]
    files.write("month.json", json.dumps(days))
    files.write("x.html", page(1), datetime(2026, 3, 12, 12, tzinfo=UTC))
    assert ids(files.folder(), limit=4) == ["13", "x", "12", "11"]


def test_broken_files_never_stop_the_list(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    files.write("good.html", page(1), NOON - timedelta(days=9))
    broken: dict[str, tuple[str | bytes, type[ArticleError]]] = {
        "a.json": ("{", InvalidArticle),
        "b.json": ('{"titel": "ع"}', InvalidArticle),
        "c.json": ("[" * 100_000, InvalidArticle),
        "d.html": (b"\x00\xff\xfe\x01", InvalidArticle),
        "e.html": ("<p> </p>", InvalidArticle),
        "f.txt": ("\n \n", InvalidArticle),
        "g.json": ('{"id": true, "title": "ع"}', InvalidArticle),
        "h.txt": ("كلمة " * 300_000, ArticleTooLarge),
        "i.txt": ("كلمة " * 2_500_000, ArticleTooLarge),
        "x" * 201 + ".html": (page(1), InvalidArticleId),
    }
    for name, (text, _) in broken.items():
        files.write(name, text)
    (Path(os.fsencode(files.path).decode()) / "k.json").write_text(
        json.dumps([{"id": "a/b", "title": "ع"}, {"id": "k"}])
    )
    os.utime(files.path / "k.json", (0, 0))
    folder = files.folder()
    with caplog.at_level(logging.INFO):
        assert ids(folder) == ["good"]
    told = caplog.messages.copy()
    for name in broken:
        assert len([message for message in told if f"/{name}: " in message]) == 1, (name, told)
    for name, (_, error) in broken.items():
        with pytest.raises(error):
            folder.get(Path(name).stem)
    assert ids(folder) == ["good"]
    assert caplog.messages == told
    files.write("a.json", "{{", NOON + timedelta(seconds=1))
    assert ids(folder) == ["good"]
    assert len(caplog.messages) == len(told) + 1
    files.write("a.json", '{"title": "مصلح"}', NOON + timedelta(seconds=2))
    assert folder.get("a").title == "مصلح"
    assert ids(folder) == ["a", "good"]


def test_a_bad_item_of_a_list_spoils_no_other(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    good = [{"id": "first", "title": "أول"}, {"title": "بلا رقم"}, {"id": "last", "title": "أخير"}]
    bad = [{"id": True, "title": "ع"}, {"id": "odd", "titel": "ع"}, 7, {"id": "empty", "html": ""}]
    files.write("list.json", json.dumps([bad[0], good[0], *bad[1:], *good[1:]]))
    folder = files.folder()
    assert sorted(ids(folder)) == ["first", "last", "list"]
    assert [folder.get(id).title for id in ("first", "list", "last")] == ["أول", "بلا رقم", "أخير"]
    with pytest.raises(InvalidArticle, match="article 3 of the list: titel"):
        folder.get("odd")
    with pytest.raises(ArticleNotFound):
        folder.get("True")
    for said in ("article 1 of the list: id must be a string", "article 3 of", "article 4 of", "neither a title"):
        assert len([message for message in caplog.messages if said in message]) == 1


def test_a_files_name_cannot_write_lines_into_the_log(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    for folder in ("a\nb", "c\nd"):
        files.write(f"{folder}/x\n2026 ERROR.html", "<p>نص</p>")
        files.write(f"{folder}/broken.json", "{")
    assert len(ids(files.folder())) == 0
    assert len(caplog.messages) >= 3
    assert "\n" not in "".join(caplog.messages)


def test_folders_in_folders_without_end(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    files.write("top.html", page(1))
    here = os.open(files.path, os.O_RDONLY)
    for _ in range(3_000):  # Deeper than Python may call itself, and a longer path than Linux takes.
        os.mkdir("d", dir_fd=here)
        here, above = os.open("d", os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)
    files.write("d/" * 1_500 + "deep.html", page(2))
    try:
        assert sorted(ids(files.folder())) == ["deep", "top"]
        assert "File name too long" in caplog.text
        assert len(caplog.text) < 1_000
    finally:  # Python's own way to remove a folder calls itself.
        subprocess.run(["rm", "-rf", str(files.path)], check=True)


def test_an_article_whose_file_breaks_is_not_said_to_be_gone(files: Files) -> None:
    files.write("a.json", json.dumps({"id": "7", "title": "سبعة"}))
    folder = files.folder()
    assert ids(folder) == ["7"]
    files.write("a.json", "{", NOON + timedelta(seconds=1))
    assert ids(folder) == []
    with pytest.raises(InvalidArticle):
        folder.get("7")


def test_a_missing_folder_is_said(files: Files) -> None:
    files.write("a.html", page(1))
    folder = files.folder()
    calls: list[Callable[[], object]] = [folder.ping, folder.recent, lambda: folder.get("a")]
    assert is_there(folder, "a")
    away = files.path.rename(files.path.with_name("away"))
    for call in calls:
        with pytest.raises(SourceUnavailable, match="No such file") as caught:
            call()
        assert str(files.path) not in caught.value.detail
    away.rename(files.path)
    for call in calls:
        call()


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceUnavailable, match="Not a directory"):
        Folder(f"folder://{tmp_path}/file").get("a")


# -- Many ------------------------------------------------------------------------------------------------------------


def test_ten_thousand_files(files: Files) -> None:
    for number in range(10_000):
        moment = NOON + timedelta(seconds=number)
        if number % 2:
            files.write(f"{number % 100}/{number}.html", page(number), moment)
        else:
            files.write(
                f"{number % 100}/{number}.json", json.dumps({"id": f"n{number}", "title": f"عنوان {number}"}), moment
            )
    folder = files.folder()
    folder.ping()
    for id, title in (("7777", "عنوان 7777"), ("n4242", "عنوان 4242")):
        folder.get(id)
        begun = time.perf_counter()
        for _ in range(10):
            assert folder.get(id).title == title
        assert (time.perf_counter() - begun) / 10 < 0.01
    assert ids(folder, limit=3) == ["9999", "n9998", "9997"]
    begun = time.monotonic()
    for number in range(200):  # Strangers who ask for nothing do not have us walk 200 times.
        assert not is_there(folder, f"nothing-{number}")
    assert time.monotonic() - begun < 3
    files.write("0/new.html", page(1), moment=None)
    wait_for(lambda: is_there(folder, "new"), SOON, "the new file")


def test_what_is_kept_in_memory_is_bounded(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "MOST_KEPT_CHARS", 1000)
    for number in range(30):
        files.write(f"{number}.html", page(number), NOON + timedelta(seconds=number))
    folder = files.folder()
    assert ids(folder) == [str(number) for number in reversed(range(30))]
    kept = folder._kept
    assert 0 < kept._chars == sum(text.chars for text in kept._texts.values()) <= 1000
    for path in files.path.iterdir():
        path.unlink()
    assert ids(folder) == []
    assert (kept._chars, len(kept._texts)) == (0, 0)


def test_threads_and_a_fork(files: Files) -> None:
    for number in range(8):
        files.write(f"{number}.html", page(number), NOON + timedelta(seconds=number))
    folder = files.folder()
    titles: list[str] = []
    threads = [threading.Thread(target=lambda id=id: titles.append(folder.get(str(id)).title)) for id in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(titles) == [f"عنوان {id}" for id in range(8)]
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    with folder._looking, folder._kept._lock:  # As if a thread of ours were looking while we fork.
        process = context.Process(target=lambda: results.put((ids(folder), folder.get("3").title)))
        process.start()
    assert results.get(timeout=20) == ([str(id) for id in reversed(range(8))], "عنوان 3")
    process.join(20)
