"""The vault: what goes in comes out, from any place, and nothing that was tampered with does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.webapp.object_store import BUCKET, object_store
from webapp.settings import Settings, SettingsError
from webapp.storage import CannotOpen, NotStored, StorageAway, StorageFull, Store, Vault, joined
from webapp.storage.s3 import Bucket
from webapp.storage.sealed import SEGMENT
from webapp.storage.store import Folder
from webapp.storage.vault import under

KEY = "a key for tests"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(Folder(tmp_path / "kept"), KEY)


def kept(vault: Vault, name: str, plain: bytes) -> Path:
    vault.put(name, [plain])
    return vault.store._root / name  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT + 5])
def test_every_size_comes_back_from_every_place(vault: Vault, size: int) -> None:
    plain = os.urandom(size)
    vault.put("a/b", [plain[:7], plain[7:]])
    assert vault.size("a/b") == size
    with vault.open("a/b") as file:
        assert file.read() == plain
        for start in (0, size // 2, max(0, size - 3), SEGMENT - 2):
            file.seek(start)
            assert file.read(10) == plain[start : start + 10]


def test_nothing_of_it_is_on_the_disk_in_the_clear(vault: Vault, tmp_path: Path) -> None:
    kept(vault, "a/b", b"what a family said " * 1000)
    assert not any(b"family" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "kept").rglob("*"))


SEALED = SEGMENT + 16
CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "form": lambda b: bytes([b[0] ^ 1]) + b[1:],
    "salt": lambda b: b[:5] + bytes([b[5] ^ 1]) + b[6:],
    "a byte": lambda b: b[:40] + bytes([b[40] ^ 1]) + b[41:],
    "cut": lambda b: b[:-1],
    "cut at a segment": lambda b: b[: 17 + SEALED],
    "all gone": lambda b: b[:0],
    "longer": lambda b: b + b"x",
    "segments exchanged": lambda b: b[:17] + b[17 + SEALED :][:SEALED] + b[17:][:SEALED] + b[17 + 2 * SEALED :],
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_shows(vault: Vault, change: str) -> None:
    path = kept(vault, "a/b", os.urandom(2 * SEGMENT + 9))
    path.write_bytes(CHANGES[change](path.read_bytes()))
    with pytest.raises(CannotOpen):
        vault.open("a/b").read()


def test_it_opens_under_its_own_name_and_key_alone(vault: Vault, tmp_path: Path) -> None:
    path = kept(vault, "a/b", b"hers")
    path.rename(path.with_name("c"))
    with pytest.raises(CannotOpen):
        vault.open("a/c").read()
    path.with_name("c").rename(path)
    with pytest.raises(CannotOpen):
        Vault(Folder(tmp_path / "kept"), "another key").open("a/b").read()
    assert vault.open("a/b").read() == b"hers"  # and nothing was lost over it


def test_what_is_not_there(vault: Vault) -> None:
    with pytest.raises(NotStored):
        vault.open("a/b")
    vault.remove("a/b")


def test_a_full_disk_leaves_what_was_there(vault: Vault) -> None:
    kept(vault, "a/b", b"before")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "no room")

    with pytest.raises(StorageFull):
        vault.put("a/b", pieces())
    assert vault.open("a/b").read() == b"before"
    assert list(vault.store.names("a/")) == ["a/b"]


def test_removing_takes_the_empty_folders_too(vault: Vault, tmp_path: Path) -> None:
    for name in ("r/1/x/0", "r/1/x/1", "r/1/y"):
        kept(vault, name, b"x")
    (tmp_path / "kept" / "r/1/x/2.0a1b2c3d.part").write_bytes(b"left by a process that was killed")
    vault.remove_all("r/1/x/")
    vault.remove_all("r/1/x/")  # once more, as after a crash
    assert [p.relative_to(tmp_path / "kept").as_posix() for p in sorted((tmp_path / "kept").rglob("*"))] == [
        "r", "r/1", "r/1/y",
    ]  # fmt: skip


def test_pieces_are_read_as_one_file(vault: Vault) -> None:
    plain = [os.urandom(n) for n in (5, 1, 70_000)]
    for number, piece in enumerate(plain):
        kept(vault, f"p/{number}", piece)
    whole = b"".join(plain)
    with joined(vault, [(f"p/{number}", len(piece)) for number, piece in enumerate(plain)]) as file:
        assert file.read() == whole
        for start in (0, 4, 5, 6, 40_000):
            file.seek(start)
            assert file.read(9) == whole[start : start + 9]
        assert file.seek(0, 2) == len(whole)
        assert file.read(1) == b""


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with object_store(monkeypatch) as address:
        yield Bucket(BUCKET, "changetalk/", endpoint=address)


def test_an_object_store_keeps_the_same(away: Store) -> None:
    vault = Vault(away, KEY)
    plain = os.urandom(9 * SEGMENT + 3)  # more than one part
    vault.put("recordings/x/sound", (plain[i : i + 100_000] for i in range(0, len(plain), 100_000)))
    assert vault.size("recordings/x/sound") == len(plain)
    with vault.open("recordings/x/sound") as file:
        file.seek(5 * SEGMENT - 2)
        assert file.read(10) == plain[5 * SEGMENT - 2 :][:10]
        file.seek(0)
        assert file.read() == plain
    vault.put("recordings/x/arriving/0", [b"a"])
    vault.put("recordings/y/arriving/0", [b"b"])
    assert list(away.names("recordings/x/")) == ["recordings/x/arriving/0", "recordings/x/sound"]
    vault.remove_all("recordings/x/")
    assert list(away.names("recordings/")) == ["recordings/y/arriving/0"]
    with pytest.raises(NotStored):
        vault.open("recordings/x/sound")
    with pytest.raises(NotStored):
        away.read("recordings/x/sound", 0, 1)
    vault.remove("recordings/x/sound")


def test_what_breaks_off_on_the_way_leaves_what_was_there(away: Store) -> None:
    def pieces() -> Iterator[bytes]:
        yield os.urandom(9 * SEGMENT)
        raise ConnectionResetError

    away.put("a", [b"before"])
    with pytest.raises(ConnectionResetError):
        away.put("a", pieces())
    assert away.read("a", 0, 99) == b"before"


def test_a_store_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with object_store(monkeypatch) as address:
        no_bucket = Bucket("another-bucket", "", endpoint=address)
        with pytest.raises(NotStored):
            no_bucket.size("a")
        with pytest.raises(StorageAway, match="does not answer"):
            no_bucket.put("a", [b"x"])
    with pytest.raises(StorageAway, match="does not answer"):
        Bucket(BUCKET, "", endpoint=address).read("a", 0, 1)  # nobody is there any more


@pytest.mark.parametrize(("place", "says"), [
    ("s3://", "names no bucket"), ("ftp://x", "a folder, from the root on"), ("here", "a folder, from the root on"),
])  # fmt: skip
def test_a_place_that_is_none_stops_the_start(place: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Settings.read(storage=place)


def test_the_settings_say_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = under(Settings.read(data=tmp_path / "data", storage=str(tmp_path / "disk"), secret_key=KEY))
    elsewhere.put("a", [b"x"])
    assert (tmp_path / "disk/a").is_file()
    with object_store(monkeypatch) as address:
        settings = Settings.read(
            data=tmp_path / "data", storage=f"s3://{BUCKET}/one/two/", s3_endpoint=address, secret_key=KEY
        )
        under(settings).put("a", [b"x"])
        assert list(Bucket(BUCKET, "", endpoint=address).names("")) == ["one/two/a"]
        assert under(settings).open("a").read() == b"x"
