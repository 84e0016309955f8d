"""Settings: every ISTAMI_* variable, and a clear word for each that cannot be used."""

from pathlib import Path

import pytest

from config import Settings, SettingsError


def test_nothing_set_is_a_working_service() -> None:
    settings = Settings.from_environ({"PATH": "/bin", "HTTPS_PROXY": "http://x"})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.is_embedded and settings.broker_url.startswith("unix://")
    assert settings.articles_url.startswith("sqlite:///") and settings.articles_url.endswith("data/articles.db")
    assert settings.audio_cache.endswith("audio_cache/objects")
    assert settings.engines == ("google", "espeak")


def test_everything_set() -> None:
    settings = Settings.from_environ(
        {
            "ISTAMI_HOST": "0.0.0.0",
            "ISTAMI_PORT": "80",
            "ISTAMI_REDIS_URL": "redis://:pw@broker:6379/1",
            "ISTAMI_DATA_DIR": "/srv/istami",
            "ISTAMI_ARTICLES": "postgresql://db/istami",
            "ISTAMI_AUDIO_CACHE": "/srv/sound",
            "ISTAMI_ENGINES": "espeak, google",
            "ISTAMI_VOICE": "ar-female",
            "ISTAMI_API_KEY": "k",
            "ISTAMI_CORS_ORIGINS": "https://a.ma, https://b.ma/",
            "ISTAMI_LISTEN_SKIP": ".ad, #share",
            "ISTAMI_HOOK_SECRET": "a long enough secret",
            "ISTAMI_BATCH_EVERY": "5m",
            "ISTAMI_BATCH_SINCE": "12h",
            "ISTAMI_BATCH_LANES": "8",
            "ISTAMI_DAILY_CHARS": "google=500000, espeak=0",
            "ISTAMI_ARTICLE_CHARS": "30000",
            "ISTAMI_CAPS": "all",
        }
    )
    assert settings.listen_skip == ".ad, #share" and settings.hook_secret == "a long enough secret"
    assert (settings.batch_every, settings.batch_since, settings.batch_lanes) == (300, 12 * 3600, 8)
    assert settings.daily_chars == (("google", 500_000), ("espeak", 0))
    assert settings.article_chars == 30_000 and settings.caps == "all"
    assert settings.engines == ("espeak", "google")
    assert settings.cors_origins == ("https://a.ma", "https://b.ma")
    assert not settings.is_embedded and settings.broker_url == "redis://:pw@broker:6379/1"
    assert settings.data_dir == Path("/srv/istami")
    assert settings.articles_url == "postgresql://db/istami"


def test_an_empty_variable_is_an_unset_one() -> None:
    assert Settings.from_environ({"ISTAMI_PORT": "", "ISTAMI_REDIS_URL": " "}) == Settings()


@pytest.mark.parametrize(
    ("variable", "near"),
    [("ISTAMI_PROT", "ISTAMI_PORT"), ("ISTAMI_REDIS", "ISTAMI_REDIS_URL"), ("ISTAMI_engine", "ISTAMI_ENGINES")],
)
def test_an_unknown_name_is_told_its_near_match(variable: str, near: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable} is not a setting; did you mean {near}"):
        Settings.from_environ({variable: "1"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ISTAMI_PORT", "70000"),
        ("ISTAMI_PORT", "-1"),
        ("ISTAMI_PORT", "٨٠٠٠"),
        ("ISTAMI_REDIS_URL", "localhost:6379"),
        ("ISTAMI_ENGINES", "google,google"),
        ("ISTAMI_ENGINES", ","),
        ("ISTAMI_AUDIO_CACHE", "s3://bucket/prefix"),
        ("ISTAMI_ARTICLES", "ftp://x"),
        ("ISTAMI_CORS_ORIGINS", "example.ma"),
        ("ISTAMI_VOICE", "a voice that nobody has"),
        ("ISTAMI_API_KEY", "مفتاح"),
        ("ISTAMI_API_KEY", "two words"),
        ("ISTAMI_CACHE_MAX_BYTES", "much"),
        ("ISTAMI_HOOK_SECRET", "short"),
        ("ISTAMI_BATCH_EVERY", "often"),
        ("ISTAMI_BATCH_SINCE", "2w"),
        ("ISTAMI_BATCH_LANES", "0"),
        ("ISTAMI_DAILY_CHARS", "500000"),
        ("ISTAMI_DAILY_CHARS", "google=1,google=2"),
        ("ISTAMI_DAILY_CHARS", "amazon=5"),
        ("ISTAMI_ARTICLE_CHARS", "-1"),
        ("ISTAMI_CAPS", "readers"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable}: "):
        Settings.from_environ({variable: value})


def test_sizes() -> None:
    sizes = {"1000": 1000, "10K": 10 * 1024, "5 GiB": 5 * 1024**3, "2tb": 2 * 1024**4}
    for raw, size in sizes.items():
        assert Settings.from_environ({"ISTAMI_CACHE_MAX_BYTES": raw}).cache_max_bytes == size


def test_secrets_do_not_show() -> None:
    settings = Settings.from_environ({"ISTAMI_API_KEY": "secret-key", "ISTAMI_REDIS_URL": "redis://:secret-pw@h/0"})
    assert "secret" not in repr(settings)
    for url in ("http://:secret-pw@h", "secret-pw"):
        with pytest.raises(SettingsError) as error:
            Settings.from_environ({"ISTAMI_REDIS_URL": url})
        assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "wordpress+https://editor:pass%20word@example.ma",
        "feed+https://example.ma/rss",
        "folder:///srv/articles",
        "postgresql://reader:pw@db/site?table=posts",
    ],
)
def test_every_kind_of_source_is_let_through(url: str) -> None:
    assert Settings.from_environ({"ISTAMI_ARTICLES": url}).articles_url == url


def test_a_long_data_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100) / ("y" * 100)
    one, same = Settings(data_dir=deep), Settings(data_dir=deep)
    assert len(str(one.socket_path)) < 100
    assert one.socket_path == same.socket_path != Settings(data_dir=deep / "z").socket_path
