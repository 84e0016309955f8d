"""The listen button in a real browser: its weight, its requests, and how long a click takes to be heard.

python -m benchmarks.player --help
"""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from statistics import median
from threading import Thread
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.command import positive, step
from benchmarks.report import Goal, columns
from benchmarks.servers import Google, istami
from benchmarks.words import Text, invented
from tests.browser.conftest import ARGUMENTS, chromium
from tests.running import Istami

READY, COLD, PHONE = "ready", "cold", "ready, slow 4G"
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
"""The browser's own brake, as in its developer tools: milliseconds, bytes a second."""

MOST_BYTES = 12_288
MOST_SECONDS_READY, MOST_SECONDS_COLD = 0.150, 0.6
"""From the click to sound; when cold, beyond what the engine takes for its first answer."""
LONG_TASK_SECONDS = 0.050
"""What W3C's Long Tasks calls long: shorter work keeps no reader waiting."""
SCREENS = {"a phone": (390, 844), "a desk": (1280, 800)}

PATIENCE = 60
QUIET, LONG_QUIET = 0.3, 2.0
"""Seconds without an event of the network after which a page is at rest: nothing being open, and otherwise."""

_NOTES = """\
Load: processes that wanted a core, over five minutes; much above the cores, times are those of a crowd.
Median of {repeat} runs, each in a fresh browser context: nothing cached, nothing connected. A page of another origin
than the service's, with one article of {characters:,} characters ({minutes:.1f} minutes, {sound:.1f} MB of sound).
Click: from the click event's time stamp to the media element's `playing`; that the sound then moves is checked.
{cold}: an article nobody asked for; Google answers after {latency:g} ms. Slow 4G: 1.6 Mbit/s, 150 ms, as Chromium's
developer tools slow a page down, from the click on. A plain <audio> with the default preload has an article's sound
made by whoever opens its page; so for it there is no cold click.
Requests and bytes (kB = 1,000 bytes with headers, as they came over the network) are those to the service, the page
itself apart: up to the click, from the click on beside sound, and of sound until the network was at rest."""

_EXAMPLE = """\
example:
  python -m benchmarks.player --repeat 1
  python -m benchmarks.player --json > player.json

Needs Linux, requirements-dev.txt and Debian's chromium: apt-get install chromium
Speaks to nobody but this machine. Takes about four minutes. Status 1: a goal is missed."""

_PAGE = """\
<!doctype html>
<html lang="ar" dir="rtl">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<script>
addEventListener("click", (event) => {{ window.clicked ??= event.timeStamp }}, true);
const heard = () => {{ window.sounded ??= performance.now() }};
addEventListener("istami-play", heard);
addEventListener("playing", heard, true);
window.shift = 0;
new PerformanceObserver((list) => {{
  for (const entry of list.getEntries()) window.shift += entry.value;
}}).observe({{ type: "layout-shift", buffered: true }});
</script>
<h1>{title}</h1>
{pasted}
<article>
{text}
</article>
</html>"""

_MEASURED_IMPORT = """\
<script type="module">
const define = customElements.define.bind(customElements);
customElements.define = (...given) => {{
  performance.mark("evaluated");
  define(...given);
  performance.mark("upgraded");
}};
const ahead = Object.assign(document.createElement("link"), {{ rel: "modulepreload", href: "{service}/player.js" }});
await new Promise((resolve) => {{ ahead.onload = resolve; document.head.append(ahead); }});
performance.mark("fetched");
await import(ahead.href);
const passed = (name, from, to) => performance.measure(name, from, to).duration / 1000;
window.cost = [passed("evaluation", "fetched", "evaluated"), passed("upgrade", "evaluated", "upgraded")];
</script>"""


@dataclass(frozen=True, slots=True)
class Way:
    """What a site can paste."""

    name: str
    pasted: str
    """HTML with ``{service}`` and ``{id}``."""
    pressed: str
    """What the reader presses: a selector."""
    goes_cold: bool = True
    """Whether it asks for the sound no sooner than at the click."""


_SCRIPT = '<script type="module" src="{service}/player.js"></script>\n'
_INSIDE = '<a href="{service}/articles/{id}/audio.mp3">استمع للمقال</a></istami-player>'
_LINE = '<istami-player article="{id}" highlight="article"'
_PLAY = "<button onclick=\"document.querySelector('audio').play()\">استمع</button>"
_FETCH = """\
<audio controls></audio><button>استمع</button>
<script>
document.querySelector("button").addEventListener("click", async () => {{
  const audio = document.querySelector("audio");
  const reply = await fetch("{service}/articles/{id}/audio.mp3");
  audio.src = URL.createObjectURL(await reply.blob());
  await audio.play();
}});
</script>"""

OURS = Way("(a) the listen button", f"{_SCRIPT}{_LINE}>{_INSIDE}", "istami-player .button")
EAGER = Way("(b) the listen button, eager", f"{_SCRIPT}{_LINE} eager>{_INSIDE}", "istami-player .button")
PLAIN = Way(
    "(c) plain <audio>",
    '<audio controls src="{service}/articles/{id}/audio.mp3"></audio>' + _PLAY,
    "button",
    goes_cold=False,
)
PATIENT = Way(
    "(d) plain <audio preload=none>",
    '<audio controls preload="none" src="{service}/articles/{id}/audio.mp3"></audio>' + _PLAY,
    "button",
)
FETCH = Way("(e) fetch all, then <audio>", _FETCH, "button")
WAYS = (OURS, EAGER, PLAIN, PATIENT, FETCH)


@dataclass(slots=True)
class Request:
    """One request to the service."""

    is_sound: bool
    bytes: float = 0
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """One reader on one page, or the median of several."""

    seconds: float
    """From the click to sound."""
    requests_before: float
    """To the service, before the click; so the other counts."""
    bytes_before: float
    requests_after: float
    bytes_after: float
    """From the click on, without the sound's."""
    bytes_of_sound: float
    """Before and after the click."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the button takes of a page's main thread and of its layout."""

    evaluation: float
    """Seconds in which the script runs, once it is there."""
    upgrade: float
    """Seconds in which one element becomes the button."""
    shifts: dict[str, float]
    """Layout shift (CLS, shifts after an input included) of opening the player, by screen."""


@dataclass(slots=True)
class Found:
    """All that was measured."""

    plain_bytes: int = 0
    """Of the script."""
    sent_bytes: int = 0
    """Of the script with gzip."""
    duration: float = 0.0
    """Seconds of the ready article's sound."""
    sound_bytes: int = 0
    visits: dict[str, dict[str, list[Visit]]] = field(default_factory=lambda: {READY: {}, COLD: {}, PHONE: {}})
    """By case and way."""
    costs: list[Cost] = field(default_factory=list)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; gives the exit status, 1 when a goal is missed."""
    options = _options(arguments)
    path = chromium()
    if path is None:
        print("player: needs a browser: apt-get install chromium", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Stops what was started, as Ctrl-C does.
    try:
        with (
            tempfile.TemporaryDirectory(prefix="istami-player-") as folder,
            Google(Path(folder), options.latency) as google,
            istami(Path(folder) / "service", google, "google") as service,
            Site() as site,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            try:
                found = measure(Bench(browser, service, site), options)
                name = f"Chromium {browser.version}"
            finally:
                browser.close()
    except KeyboardInterrupt:
        print("player: interrupted; everything it started is stopped", file=sys.stderr)
        return 130
    goals = judged(found, options.latency)
    print(_as_json(found, options, name, goals) if options.json else _page(found, options, name, goals))
    return 0 if all(goal.is_reached for goal in goals) else 1


# --- Measuring -------------------------------------------------------------------------------------------------------


class Site:
    """A news site on this machine, on an origin of its own. Use it as a context manager."""

    def __init__(self) -> None:
        self._pages: dict[str, bytes] = {}
        pages = self._pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = pages.get(self.path)
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page or b"")))
                self.end_headers()
                self.wfile.write(page or b"")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever)

    def __enter__(self) -> "Site":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def publish(self, path: str, html: str) -> str:
        """Put a page there; gives its address."""
        self._pages[path] = html.encode()
        return f"http://127.0.0.1:{self._server.server_port}{path}"


class Traffic:
    """What a page's requests to one origin weigh on the network, headers included."""

    def __init__(self, page: Page, origin: str):
        self.session: CDPSession = page.context.new_cdp_session(page)
        self._page = page
        self._origin = origin
        self._requests: dict[str, Request] = {}
        self._last = 0.0
        self.session.on("Network.requestWillBeSent", self._begin)
        self.session.on(
            "Network.responseReceived", lambda event: self._come(event, event["response"]["encodedDataLength"])
        )
        # Of a sound's length on the network Chromium tells at the end only; it is not compressed.
        self.session.on("Network.dataReceived", lambda event: self._come(event, event["dataLength"]))
        self.session.on("Network.loadingFinished", lambda event: self._end(event, event["encodedDataLength"]))
        self.session.on("Network.loadingFailed", self._end)  # Also what a media element leaves for later.
        self.session.send("Network.enable")

    def _begin(self, event: dict) -> None:
        url, method = event["request"]["url"], event["request"]["method"]
        if url.startswith(self._origin):
            is_sound = method == "GET" and urlsplit(url).path.endswith(".mp3")
            self._requests[event["requestId"]] = Request(is_sound)
            self._last = time.monotonic()

    def _come(self, event: dict, size: float) -> None:
        if request := self._requests.get(event["requestId"]):
            request.bytes += size
            self._last = time.monotonic()

    def _end(self, event: dict, size: float | None = None) -> None:
        if request := self._requests.get(event["requestId"]):
            request.is_open = False
            request.bytes = request.bytes if size is None else size
            self._last = time.monotonic()

    def rest(self) -> tuple[int, float, float]:
        """Wait until nothing comes any more: requests, their bytes without sound, and bytes of sound so far."""
        self._last = time.monotonic()
        while time.monotonic() - self._last < (LONG_QUIET if self._is_busy() else QUIET):
            self._page.wait_for_timeout(QUIET * 250)  # Events arrive while Playwright is at work.
        sound = sum(request.bytes for request in self._requests.values() if request.is_sound)
        return len(self._requests), sum(request.bytes for request in self._requests.values()) - sound, sound

    def _is_busy(self) -> bool:
        return any(request.is_open for request in self._requests.values())


class Bench:
    """A browser, the service, and a site whose pages use it."""

    def __init__(self, browser: Browser, service: Istami, site: Site):
        self.browser = browser
        self.service = service
        self._site = site
        self._numbers = count(1)

    def push(self, characters: int) -> tuple[str, Text]:
        """An article like no other, at the service."""
        number = next(self._numbers)
        text = invented(number, characters)
        self.service.put(f"news-{number}", text.title, *text.paragraphs)
        return f"news-{number}", text

    def publish(self, pasted: str, id: str, text: Text) -> str:
        """A page of the site with that article; gives its address."""
        paragraphs = "\n".join(f"<p>{paragraph}</p>" for paragraph in text.paragraphs)
        given = pasted.format(service=self.service.url, id=id)
        return self._site.publish(f"/{id}", _PAGE.format(title=text.title, pasted=given, text=paragraphs))

    @contextmanager
    def page(self, screen: str = "a phone") -> Iterator[Page]:
        """A page in a fresh browser context."""
        width, height = SCREENS[screen]
        context = self.browser.new_context(locale="ar-MA", viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE * 1000)
        try:
            yield context.new_page()
        finally:
            context.close()

    def visit(self, way: Way, id: str, text: Text, network: dict | None = None) -> Visit:
        """A reader opens the page, presses and hears."""
        url = self.publish(way.pasted, id, text)
        with self.page() as page:
            traffic = Traffic(page, self.service.url)
            page.goto(url)
            requests_before, bytes_before, sound_before = traffic.rest()
            if network:
                traffic.session.send("Network.emulateNetworkConditions", network)
            page.click(way.pressed)
            seconds = heard(page)
            if network:  # What is counted is the same as without.
                return Visit(seconds, requests_before, bytes_before, 0, 0, sound_before)
            requests, some_bytes, sound = traffic.rest()
        return Visit(
            seconds, requests_before, bytes_before, requests - requests_before, some_bytes - bytes_before, sound
        )

    def cost(self, id: str, text: Text) -> Cost:
        """What the button takes of the page around it."""
        with self.page() as page:
            page.goto(self.publish(_MEASURED_IMPORT + _LINE + ">" + _INSIDE, id, text))
            page.wait_for_function("window.cost")
            evaluation, upgrade = page.evaluate("cost")
        shifts = {screen: self._shift(screen, self.publish(OURS.pasted, id, text)) for screen in SCREENS}
        return Cost(evaluation, upgrade, shifts)

    def _shift(self, screen: str, url: str) -> float:
        with self.page(screen) as page:
            page.goto(url)
            page.wait_for_selector("istami-player[data-state=idle]")
            before = _shift_so_far(page)
            page.click(OURS.pressed)
            heard(page)
            opened = _shift_so_far(page) - before
            # Nothing seen must mean that nothing moved, not that nobody looked.
            page.evaluate("document.querySelector('article').prepend(document.createElement('hr'))")
            if not _shift_so_far(page) > before + opened:
                raise RuntimeError("the browser reports no layout shift")
            return opened


def heard(page: Page) -> float:
    """Seconds from the click to the sound, which is then waited for until it has moved."""
    page.wait_for_function("window.sounded && document.querySelector('istami-player, audio').currentTime > 0.1")
    return page.evaluate("(sounded - clicked) / 1000")


def _shift_so_far(page: Page) -> float:
    # Shifts are told after the frame in which they happen.
    frames = "for (let i = 0; i < 5; i++) await new Promise(requestAnimationFrame)"
    return page.evaluate(f"(async () => {{ {frames}; await new Promise((go) => setTimeout(go, 50)); return shift }})()")


def measure(bench: Bench, options: argparse.Namespace) -> Found:
    """Every way in every case."""
    service, found = bench.service, Found()
    found.plain_bytes, found.sent_bytes = weight(service)
    with step("a ready article"):
        ready, text = bench.push(options.characters)
        manifest = service.made(ready)
        found.duration, found.sound_bytes = manifest["duration_seconds"], manifest["size_bytes"]
        bench.visit(PATIENT, ready, text)  # The first page of all starts the browser's own processes.
    for number in range(1, options.repeat + 1):
        with step(f"{number}/{options.repeat} a click on each"):
            for way in WAYS:
                found.visits[READY].setdefault(way.name, []).append(bench.visit(way, ready, text))
                found.visits[PHONE].setdefault(way.name, []).append(bench.visit(way, ready, text, SLOW_4G))
                if way.goes_cold:
                    id, fresh = bench.push(options.characters)
                    found.visits[COLD].setdefault(way.name, []).append(bench.visit(way, id, fresh))
                    service.made(id)  # Before the next one, all is idle again.
            found.costs.append(bench.cost(ready, text))
    return found


def weight(service: Istami) -> tuple[int, int]:
    """Bytes of the script, and bytes of it as a browser gets it."""
    reply = service.call("GET", "/player.js", headers={"Accept-Encoding": "gzip"}, stream=True)
    sent = len(reply.raw.read(decode_content=False))
    return len(service.call("GET", "/player.js").content), sent


# --- Judging and printing --------------------------------------------------------------------------------------------


def middle(visits: list[Visit]) -> Visit:
    """The median, field by field."""
    return Visit(*(median(getattr(visit, each.name) for visit in visits) for each in fields(Visit)))


def cost(found: Found) -> Cost:
    """The median; of the shifts the worst."""
    return Cost(
        median(each.evaluation for each in found.costs),
        median(each.upgrade for each in found.costs),
        {screen: max(each.shifts[screen] for each in found.costs) for screen in SCREENS},
    )


def judged(found: Found, latency: float) -> list[Goal]:
    """What the button is held to."""
    taken = cost(found)
    busy = taken.evaluation + taken.upgrade
    ready, cold = (middle(found.visits[case][OURS.name]) for case in (READY, COLD))
    return [
        Goal(
            f"the script as it is sent: at most {MOST_BYTES:,} bytes",
            f"{found.sent_bytes:,}",
            found.sent_bytes <= MOST_BYTES,
        ),
        Goal(
            "before the click: the script and nothing else",
            f"{ready.requests_before:g} in all",
            ready.requests_before == 1,
        ),
        Goal(
            f"ready article heard within {MOST_SECONDS_READY * 1000:g} ms of the click",
            _time(ready.seconds),
            ready.seconds < MOST_SECONDS_READY,
        ),
        Goal(
            f"cold article heard within latency + {MOST_SECONDS_COLD:g} s ({latency + MOST_SECONDS_COLD:g} s)",
            _time(cold.seconds),
            cold.seconds < latency + MOST_SECONDS_COLD,
        ),
        Goal(
            f"script and upgrade together no long task ({LONG_TASK_SECONDS * 1000:g} ms)",
            _time(busy),
            busy < LONG_TASK_SECONDS,
        ),
        *(
            Goal(f"opening moves nothing on {screen}'s screen", f"layout shift {shift:.4f}", shift == 0)
            for screen, shift in taken.shifts.items()
        ),
    ]


def beside(found: Found) -> Iterator[list[str]]:
    """A way of each row: seconds, how many times those of the listen button that is, and what is asked for."""
    ours = {case: middle(ways[OURS.name]).seconds for case, ways in found.visits.items()}
    for way in WAYS:
        cells = [way.name]
        for case, ways in found.visits.items():
            if way.name not in ways:
                cells += ["-", "-"]
                continue
            seconds = middle(ways[way.name]).seconds
            cells += [_time(seconds), f"{seconds / ours[case]:.1f}x"]
        seen = middle(found.visits[READY][way.name])
        cells += [f"{seen.requests_before:g}", _kilobytes(seen.bytes_before)]
        cells += [f"{seen.requests_after:g}", _kilobytes(seen.bytes_after), _kilobytes(seen.bytes_of_sound)]
        yield cells


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def _kilobytes(count: float) -> str:
    return f"{count / 1000:.1f} kB"


def _title(options: argparse.Namespace) -> str:
    latency = options.latency * 1000
    return f"The listen button, beside what a site would paste otherwise; Google answers after {latency:g} ms"


def _machine(browser: str) -> str:
    versions = f"{browser}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}, {versions}"


def _page(found: Found, options: argparse.Namespace, browser: str, goals: list[Goal]) -> str:
    headings = ["", *(word for case in found.visits for word in (f"{case}: click", "beside (a)"))]
    headings += ["requests before", "bytes", "after", "bytes", "sound"]
    taken = cost(found)
    facts = (
        f"The script: {found.plain_bytes:,} bytes, {found.sent_bytes:,} with gzip as it is sent. It runs for "
        f"{_time(taken.evaluation)}, and makes a button of one element in {_time(taken.upgrade)}."
    )
    notes = _NOTES.format(
        repeat=options.repeat,
        characters=options.characters,
        minutes=found.duration / 60,
        sound=found.sound_bytes / 1e6,
        latency=options.latency * 1000,
        cold=COLD.capitalize(),
    )
    parts = [f"{_title(options)}\n{_machine(browser)}", columns([headings, *beside(found)]), facts, notes]
    return "\n\n".join([*parts, "\n".join(goal.line() for goal in goals)])


def _as_json(found: Found, options: argparse.Namespace, browser: str, goals: list[Goal]) -> str:
    report = {
        "title": _title(options),
        "machine": _machine(browser),
        "repeat": options.repeat,
        **asdict(found),
        "goals": [asdict(goal) for goal in goals],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.player",
        description=__doc__.splitlines()[0],
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--repeat", type=positive, default=5, help="runs of each case; the median counts (default 5)")
    parser.add_argument("--latency", type=float, default=0.3, help="Google's, in seconds (default 0.3)")
    parser.add_argument("--characters", type=positive, default=3_000, help="length of each article (default 3000)")
    parser.add_argument("--json", action="store_true", help="print every measurement as JSON instead of the table")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
