"""The site of the articles, asked over real sockets: only it is asked, never for long, and never too often."""

import base64
import logging
import multiprocessing
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from articles.errors import SourceUnavailable
from articles.sources import site as site_module
from articles.sources.site import LANES, OffSite, Patience, Site
from tests.running import wait_for
from tests.standins.site import Reply, Request, StandInSite

QUICK = Patience(connect=1, read=0.3, whole=0.6, pause=0.05, longest_pause=0.2, longest_retry_after=0.4)
NO_PAUSE = Patience(connect=1, read=0.3, whole=0.6, pause=0)
PASSWORD = "abcd EFGH 1234 كلمة"


pytestmark = pytest.mark.usefixtures("no_proxies")


@pytest.fixture
def here() -> Iterator[StandInSite]:
    with StandInSite() as site:
        site.page("/a", "أهلا")
        yield site


@pytest.fixture
def elsewhere() -> Iterator[StandInSite]:
    with StandInSite() as site:
        yield site


@pytest.fixture
def client(here: StandInSite) -> Site:
    return Site(here.url, patience=NO_PAUSE)


def fails(client: Site, address: str = "a", **options: int) -> str:
    """Why the site cannot be used."""
    with pytest.raises(SourceUnavailable) as caught:
        client.get(address, **options)  # type: ignore[arg-type]
    return caught.value.detail


# -- What is asked for ------------------------------------------------------------------------------------------------


def test_an_answer_is_given_as_it_came(here: StandInSite, client: Site) -> None:
    here.page("/b", "نص", "text/plain", status=201, headers={"X-Total": "3"})
    reply = client.get("b")
    assert (reply.status, reply.body.decode(), reply.headers["x-total"]) == (201, "نص", "3")
    assert reply.url == here.url + "/b"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_an_answer_too(here: StandInSite, client: Site, status: int) -> None:
    here.fault(status)
    assert client.get("a").status == status


@pytest.mark.parametrize(
    ("base", "address", "target"),
    [
        ("", "", "/"),
        ("/blog", "", "/blog"),
        ("/rss.xml?lang=ar", "", "/rss.xml?lang=ar&n=1"),
        ("/blog", "wp-json/x", "/blog/wp-json/x"),
        ("/blog/", "wp-json/x", "/blog/wp-json/x"),
        ("/blog", "/x", "/x"),
        ("/blog", "?rest_route=/wp/v2", "/blog/?rest_route=/wp/v2"),
        ("", "أخبار/اليوم؟", "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%D8%A7%D9%84%D9%8A%D9%88%D9%85%D8%9F"),
        ("", "a b#c", "/a%20b"),
        ("", "%D8%A3", "/%D8%A3"),
        ("/blog", "../../x", "/x"),
        ("", "@evil", "/@evil"),
        ("", "12:34", "/12:34"),
        ("", "http:///a", "/a"),
    ],
)
def test_addresses_are_relative_to_the_sites_own(here: StandInSite, base: str, address: str, target: str) -> None:
    parameters = {"n": "1"} if "lang" in base else {}
    Site(here.url + base).get(address, parameters)
    assert here.requests[0].target == target


def test_parameters_go_into_the_query(here: StandInSite, client: Site) -> None:
    client.get("a?x=1", {"after": "2026-03-14T12:00:00+00:00", "q": "خبر & آخر"})
    assert here.requests[0].query == {"x": "1", "after": "2026-03-14T12:00:00+00:00", "q": "خبر & آخر"}


def test_an_absolute_address_of_the_same_site_is_asked_for(here: StandInSite, client: Site) -> None:
    assert client.get(here.url + "/a").body.decode() == "أهلا"
    assert client.get(here.url.replace("://", "://other:secret@") + "/a").url == here.url + "/a"
    assert "authorization" not in here.requests[1].headers


# -- What is never asked for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "//169.254.169.254/latest",
        "https://site.ma.evil.example/",
        "http://{here}@127.0.0.1:{port}/",
        "http://{here}:80@127.0.0.1:{port}/",
        "http://{here}\\@127.0.0.1:{port}/",
        "http://{here}#@127.0.0.1:{port}/",
        "//{here}@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/",
        "http://127.0.0.1/",
        "http://localhost:{own}/",
        "http://127.0.0.1.:{own}/",
        "http://2130706433:{own}/",
        "https://127.0.0.1:{port}/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:x/",
        "http://[::1/",
        "file:///etc/passwd",
        "ftp://127.0.0.1:{own}/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "a\r\nHost: evil",
        "a\0",
        "\\\\evil\\a",
        "\ud800",
    ],
)
def test_no_other_place_is_ever_asked(here: StandInSite, elsewhere: StandInSite, address: str) -> None:
    client = Site(here.url, user="editor", password=PASSWORD, patience=QUICK)
    address = address.format(here=f"127.0.0.1:{here.port}", own=here.port, port=elsewhere.port)
    # «http://SITE#@…» and «http://SITE:80@…» differ: the first is the site itself, with a fragment.
    if "#@" in address:
        assert client.is_here(address)
        client.get(address)
    else:
        assert not client.is_here(address)
        with pytest.raises(OffSite):
            client.get(address)
        assert here.requests == []
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/x", "http://127.0.0.1:{port}/x", "//localhost/x", "ftp://127.0.0.1/x"]
)
def test_a_redirect_to_another_place_is_not_followed(here: StandInSite, elsewhere: StandInSite, to: str) -> None:
    client = Site(here.url, user="editor", password=PASSWORD, patience=NO_PAUSE)
    here.fault("redirect", to=to.format(port=elsewhere.port))
    with pytest.raises(OffSite, match="redirects to"):
        client.get("a")
    assert elsewhere.requests == []
    assert client.get("a").status == 200  # The site itself is not at fault: it may be asked on.


def test_redirects_within_the_site_are_followed_three_times(here: StandInSite, client: Site) -> None:
    for number in range(1, 5):
        here.page(f"/{number}", status=301, headers={"Location": f"{number - 1}" if number > 1 else "/a"})
    assert client.get("3").url == here.url + "/a"
    assert "redirects more than 3 times" in fails(client, "4")


def test_the_body_of_a_redirect_is_not_waited_for(here: StandInSite, client: Site) -> None:
    here.page("/b", "x" * 100_000, status=302, headers={"Location": "/a"})
    here.fault("dribble", seconds=20)
    began = time.monotonic()
    assert client.get("b").body.decode() == "أهلا"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("headers", [{}, {"Location": ""}, {"Location": "http://[/"}, {"Location": "file:///x"}])
def test_a_redirect_to_nowhere_is_no_answer(here: StandInSite, client: Site, headers: dict[str, str]) -> None:
    here.page("/b", status=302, headers=headers)
    assert "neither answers nor says" in fails(client, "b")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "site.ma",
        "ftp://site.ma",
        "https://",
        "https:///x",
        "https://editor:hunter2@site.ma",
        "https://site.ma:x/hunter2",
        "https://site ma/hunter2",
        "https://site.ma/#hunter2",
        "https://" + "a" * 64 + "é.ma/hunter2",
    ],
)
def test_an_address_that_cannot_be_a_sites_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="address cannot be used") as caught:
        Site(url)
    assert "hunter2" not in str(caught.value)


def test_hosts_are_compared_as_they_travel() -> None:
    client = Site("https://الأفق.ma")
    assert client.is_here(f"https://{'الأفق'.encode('idna').decode()}.ma/")
    assert client.is_here("https://الأفق.MA:443/x")
    assert not client.is_here("http://الأفق.ma/")
    assert Site("http://site.ma").is_here("https://SITE.ma/x")
    assert not Site("http://site.ma:8080").is_here("https://site.ma/x")
    assert Site("http://[::1]:8080").is_here("http://[::1]:8080/x")


# -- TLS and credentials ----------------------------------------------------------------------------------------------


def test_a_certificate_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInSite(tls=True) as here:
        here.page("/a", "أهلا")
        assert "no certificate that can be trusted" in fails(Site(here.url))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(here.ca_path))
        assert Site(here.url).get("a").body.decode() == "أهلا"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
        assert "names no certificate bundle" in fails(Site(here.url))
    with StandInSite(tls=True, certificate_for="other.example") as impostor:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(impostor.ca_path))
        assert "no certificate that can be trusted" in fails(Site(impostor.url, user="editor", password=PASSWORD))
        assert impostor.requests == []


def test_from_http_to_https_of_the_same_host_and_never_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInSite(tls=True) as here:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(here.ca_path))
        here.page("/a", "أهلا")
        client = Site(here.url.replace("https", "http"), patience=NO_PAUSE)
        assert client.get("a").url == here.url + "/a"
        assert [request.is_secure for request in here.requests] == [False, True]
        here.page("/back", status=302, headers={"Location": here.url.replace("https", "http") + "/a"})
        assert "from https to http" in fails(client, "back")


def test_credentials_go_with_every_request_and_into_no_message(
    here: StandInSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Site(here.url, user="editor", password=PASSWORD, patience=QUICK)
    client.get("a")
    encoded = base64.b64encode(f"editor:{PASSWORD}".encode()).decode()
    assert here.requests[0].headers["authorization"] == f"Basic {encoded}"
    here.fault(500)
    here.fault("redirect", to="http://evil.example/")
    words = fails(client, "a?token=hunter2") + repr(client)
    wait_for(lambda: "redirects" in fails(client), 5, "the pause to end")
    assert "127.0.0.1" in words
    for secret in (PASSWORD, encoded, "editor"):
        assert secret not in words + caplog.text
    assert "hunter2" not in words + "".join(record.getMessage() for record in caplog.records if "site" in record.name)


def test_no_password_of_the_machine_is_sent(
    here: StandInSite, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login root password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    Site(here.url).get("a")
    assert "authorization" not in here.requests[0].headers


def test_cookies_are_not_kept(here: StandInSite, client: Site) -> None:
    here.page("/c", "x", headers={"Set-Cookie": "session=1; Path=/"})
    client.get("c")
    client.get("c")
    assert "cookie" not in here.requests[1].headers


# -- Bad days ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("hang", "does not answer in time"),
        ("dribble", "does not answer in time"),
        ("slow", "does not answer in time"),
        ("reset", "cannot be reached"),
        ("truncated", "breaks off in the middle of an answer"),
        ("bomb", "sends more than 1,000,000 bytes at once"),
        ("large", "sends more than 1,000,000 bytes at once"),
        ("500", "answers 500"),
        ("503", "answers 503"),
        ("429", "answers 429"),
    ],
)
def test_a_bad_day_is_said_in_a_sentence_and_soon(here: StandInSite, client: Site, fault: str, reason: str) -> None:
    here.fault(fault, seconds=5)
    began = time.monotonic()
    assert fails(client, "a?x=1", most_bytes=1_000_000) == f"127.0.0.1 {reason}"
    assert time.monotonic() - began < 4.5
    assert client.get("a").body.decode() == "أهلا"


def test_a_body_that_drips_is_cut_off(here: StandInSite) -> None:
    """Its head is there at once, and no byte is late: only the whole is."""
    here.page("/b", "x" * 100_000)
    here.fault("dribble", seconds=20)
    began = time.monotonic()
    assert "in time" in fails(Site(here.url, patience=Patience(read=5, whole=0.5)), "b")
    assert time.monotonic() - began < 8


def test_a_head_that_drips_is_cut_off(here: StandInSite) -> None:
    here.page("/b", "", headers={f"X-{number}": "x" * 1000 for number in range(50)})
    here.fault("dribble", seconds=20)
    began = time.monotonic()
    assert "in time" in fails(Site(here.url, patience=Patience(read=0.5, whole=10)), "b")
    assert time.monotonic() - began < 8


def test_the_size_is_counted_after_decompression(here: StandInSite, client: Site) -> None:
    here.compress = True
    here.page("/zeros", bytes(50_000))
    assert len(client.get("zeros", most_bytes=50_000).body) == 50_000
    assert "more than 49,999 bytes" in fails(client, "zeros", most_bytes=49_999)


def test_nobody_there(here: StandInSite, client: Site) -> None:
    here.down()
    assert fails(client) == "127.0.0.1 cannot be reached"
    here.up()
    assert client.get("a").status == 200


# -- Leaving it alone -------------------------------------------------------------------------------------------------


def test_a_failing_site_is_left_alone_for_growing_times(here: StandInSite) -> None:
    client = Site(here.url, patience=Patience(pause=0.3, longest_pause=1.2))
    here.fault(500, times=None)
    moments = []
    for number in range(1, 5):
        wait_for(lambda: "asked again" not in fails(client), 5, "the next request")
        assert len(here.requests) == number
        moments.append(time.monotonic())
    gaps = [later - sooner for sooner, later in zip(moments, moments[1:], strict=False)]
    assert [gap > least for gap, least in zip(gaps, (0.29, 0.59, 1.19), strict=True)] == [True] * 3
    asked = len(here.requests)
    assert fails(client).startswith("127.0.0.1 answers 500; it is asked again in ")
    assert len(here.requests) == asked
    here.clear_faults()
    wait_for(lambda: answers(client), 5, "an answer")
    here.fault(500)
    fails(client)
    assert fails(client).endswith("in 1 s")  # Well again, it begins anew with the shortest time.


def answers(client: Site) -> bool:
    try:
        return client.get("a").status == 200
    except SourceUnavailable:
        return False


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_in_both_forms_and_capped(here: StandInSite, status: int) -> None:
    for retry_after, said in [
        (7, "7 s"),
        (format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True), "30 s"),
        (86_400, "600 s"),
        ("soon", "1 s"),
        ("-5", "1 s"),
        ("", "1 s"),
    ]:
        client = Site(here.url)
        here.fault(status, retry_after=retry_after)
        fails(client)
        left = int(fails(client).removesuffix(" s").rpartition(" ")[2])
        assert left in (int(said.removesuffix(" s")), int(said.removesuffix(" s")) - 1), retry_after


def test_requests_that_fail_together_count_once() -> None:
    class Crowded(StandInSite):
        together = threading.Barrier(LANES)

        def answer(self, request: Request) -> Reply:
            self.together.wait(5)
            return Reply(status=500)

    with Crowded() as here:
        client = Site(here.url, patience=Patience(pause=5))
        with ThreadPoolExecutor(LANES) as pool:
            assert set(pool.map(lambda _: fails(client), range(LANES))) == {"127.0.0.1 answers 500"}
        assert fails(client).endswith("asked again in 5 s")


def test_an_answer_from_before_the_failure_is_no_news(here: StandInSite) -> None:
    client = Site(here.url, patience=Patience(pause=5))
    here.fault("slow", seconds=0.3)
    with ThreadPoolExecutor(1) as pool:
        sooner = pool.submit(client.get, "a")
        wait_for(lambda: here.requests, 5, "the first request")
        here.fault(500)
        fails(client)
        assert sooner.result().status == 200
    assert "asked again" in fails(client)


def test_four_requests_at_a_time(here: StandInSite) -> None:
    client = Site(here.url)
    here.fault("slow", seconds=0.1, times=None)
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda _: client.get("a"), range(12)))
    assert [reply.status for reply in replies] == [200] * 12
    assert here.peak == LANES


def test_a_busy_site_is_not_waited_for_without_end(here: StandInSite) -> None:
    client = Site(here.url, patience=Patience(read=3, whole=0.4, pause=0))
    here.fault("slow", seconds=0.9, times=LANES)
    threads = [threading.Thread(target=answers, args=(client,)) for _ in range(LANES)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(here.requests) == LANES, 5, "all lanes to be busy")
    assert "busy with our other requests" in fails(client)
    for thread in threads:
        thread.join()


# -- What has not changed ---------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(here: StandInSite, client: Site) -> None:
    here.page("/tag", "بوسم", etag='W/"1"')
    here.page("/time", "بوقت", last_modified=datetime(2026, 3, 14, 12, tzinfo=UTC))
    for address, name, value in [
        ("tag", "if-none-match", 'W/"1"'),
        ("time", "if-modified-since", "Sat, 14 Mar 2026 12:00:00 GMT"),
    ]:
        here.reset()
        first, second = client.get(address), client.get(address)
        assert (second.status, second.body) == (200, first.body)
        assert [request.status for request in here.requests] == [200, 304]
        assert here.requests[1].headers[name] == value
    here.page("/tag", "جديد", etag='W/"2"')
    assert client.get("tag").body.decode() == "جديد"
    assert client.get("tag").body.decode() == "جديد"
    assert [request.status for request in here.requests[-2:]] == [200, 304]


def test_what_is_kept_depends_on_the_whole_address(here: StandInSite, client: Site) -> None:
    here.page("/p", "كل", etag='"1"')
    client.get("p", {"page": "1"})
    client.get("p", {"page": "2"})
    assert [request.status for request in here.requests] == [200, 200]


def test_what_is_kept_is_bounded(here: StandInSite, client: Site) -> None:
    size = site_module.KEPT_BYTES // 3
    here.page("/big", bytes(size), etag='"1"')
    for number in (1, 2, 3, 1, 4, 1, 2):
        client.get(f"big?{number}")
    # There is room for three: the fourth takes the place of the second, which was used least lately.
    assert [request.status for request in here.requests] == [200, 200, 200, 304, 200, 304, 200]


def test_a_page_that_changes_often_takes_no_more_room(here: StandInSite, client: Site) -> None:
    here.page("/still", "x", etag='"1"')
    client.get("still")
    for number in range(4):
        here.page("/often", bytes(site_module.KEPT_BYTES // 3), etag=f'"{number}"')
        client.get("often")
    client.get("still")
    assert here.requests[-1].status == 304


def test_a_304_that_nobody_asked_for_is_no_answer(here: StandInSite, client: Site) -> None:
    here.page("/b", status=304)
    assert "neither answers" in fails(client, "b")


# -- Processes --------------------------------------------------------------------------------------------------------


def test_a_forked_process_has_its_own_connection(here: StandInSite) -> None:
    """And its own lanes: those of the parent may be busy for good where no thread of it lives on."""
    client = Site(here.url, patience=Patience(read=3))
    client.get("a")
    here.fault("slow", seconds=0.7, times=LANES)
    threads = [threading.Thread(target=answers, args=(client,)) for _ in range(LANES)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(here.requests) == 1 + LANES, 5, "all lanes to be busy")
    context = multiprocessing.get_context("fork")
    replies = context.Queue()
    children = [context.Process(target=lambda: replies.put(client.get("a").body)) for _ in range(2)]
    for child in children:
        child.start()
    assert [replies.get(timeout=5).decode() for _ in children] == ["أهلا", "أهلا"]
    for one in (*children, *threads):
        one.join()
    assert client.get("a").body.decode() == "أهلا"
