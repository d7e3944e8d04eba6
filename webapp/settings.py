"""Every setting of the platform, from the environment or a file. Nonsense stops the start with a sentence."""

from __future__ import annotations

import os
import secrets
import tomllib
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parents[1]
FILE = "CHANGETALK_SETTINGS"  # names a TOML file; what the environment says goes before what the file says
KEY_FILE = "secret.key"  # in the data folder, unless the settings say the key
S3 = "s3://"
_KEY_BYTES = 32


class SettingsError(Exception):
    """A setting makes no sense. The message says which one and what it may be."""


class Settings(BaseSettings):
    """What can be set, as ``CHANGETALK_NAME`` in the environment or ``name`` in the settings file."""

    model_config = SettingsConfigDict(env_prefix="CHANGETALK_", extra="forbid", frozen=True)

    data: Path = Field(ROOT / "instance", description="Folder for the database, the keys, mail and recordings.")
    database: str = Field("", description="Database URL: postgresql+psycopg://... ; empty means SQLite in `data`.")
    secret_key: SecretStr = Field(SecretStr(""), description="Signs sessions and links; empty: made once, in `data`.")
    public_url: str = Field(
        "http://127.0.0.1:5000", description="The address people type; links in mail begin with it."
    )
    service_name: str = Field("Changetalk", description="Shown in the header and in mail.")
    courses: Path = Field(ROOT / "courses", description="Folder with the courses.")
    proxies: int = Field(0, ge=0, le=5, description="Reverse proxies in front, whose word on the address is believed.")
    session_hours: int = Field(10, ge=1, le=72, description="How long a sign-in lasts.")
    second_factor: bool = Field(True, description="Trainers, service leads and administrators need a second factor.")
    throttle: bool = Field(True, description="Limit tries at signing in.")
    limits_store: str = Field(
        "memory://", description="Where tries are counted: memory://, or redis://... for several processes."
    )
    jobs: str = Field(
        "", description="Queue of the workers: redis://... or postgresql://... ; empty: a file in `data`."
    )
    storage: str = Field(
        "", description="Where recordings lie, encrypted: a folder, or s3://bucket/prefix ; empty: kept in `data`."
    )
    s3_endpoint: str = Field("", description="Address of an object store that is not Amazon's.")
    recordings_at_once: int = Field(
        1, ge=0, le=64, description="Recordings a worker works on at the same time; each takes a core and 0.7 GB."
    )
    keep_recordings_days: int = Field(
        365, ge=30, le=1095, description="Days recordings are kept in authorities that have not chosen otherwise."
    )
    mail_server: str = Field(
        "",
        description="smtp://user:password@host:587 or smtps://...:465 ; empty: mail is written to `data`/outbox.",
    )
    mail_from: str = Field("changetalk@localhost", description="Sender of mail.")
    oidc_issuer: str = Field("", description="Address of the single sign-on provider; empty: no single sign-on.")
    oidc_client: str = Field("", description="Our name at the provider.")
    oidc_secret: SecretStr = Field(SecretStr(""), description="Our password at the provider.")
    oidc_trusted: bool = Field(
        False,
        description="The provider knows your own staff only: believe an address that it does not mark as checked.",
    )
    xapi_store: str = Field(
        "", description="Address of the learning record store; empty: statements are kept, not sent."
    )
    xapi_user: str = Field("", description="Our name at the record store.")
    xapi_password: SecretStr = Field(SecretStr(""), description="Our password there.")
    xapi_actor: Literal["account", "mbox"] = Field(
        "account",
        description="How statements name people: account, a made-up name for each; or mbox, their e-mail address.",
    )
    calibration: str = Field(
        "", description="Folder of your own calibration, from the root on: `changetalk train --local`; empty: none."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The settings of this machine; what is ``given`` goes before the rest.

        Raises:
            SettingsError: one of them makes no sense.
        """
        try:
            return cls(**{**_from_file(cls), **given})
        except ValidationError as error:
            told = [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {_plain(e)}" for e in error.errors()]
            raise SettingsError("These settings cannot be used. " + " ".join(told)) from None

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError(f"{level!r} is none of DEBUG, INFO, WARNING, ERROR.")
        return level.upper()

    @field_validator("jobs")
    @classmethod
    def _known_queue(cls, place: str) -> str:
        if place and not place.startswith(("redis://", "rediss://", "postgresql://")) and place != "at once":
            raise ValueError("it starts with redis:// or postgresql://, or is left empty.")
        return place

    @field_validator("storage")
    @classmethod
    def _known_store(cls, place: str) -> str:
        if place.startswith(S3):
            if not place.removeprefix(S3).partition("/")[0]:
                raise ValueError("it names no bucket. Write s3://bucket or s3://bucket/prefix.")
        elif "://" in place or (place and not Path(place).is_absolute()):
            raise ValueError("it is a folder, from the root on, or s3://bucket/prefix.")
        return place

    @field_validator("public_url", "oidc_issuer", "xapi_store", "s3_endpoint")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise ValueError(f"{url!r} is no web address: it starts with https:// or http://.")
        return url.rstrip("/")

    @field_validator("database")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("it starts with postgresql+psycopg:// or sqlite:///, or is left empty.")
        return url

    @field_validator("mail_server")
    @classmethod
    def _mail_address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname):
            raise ValueError("it has the form smtp://user:password@host:587, or is left empty.")
        return url

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.oidc_issuer and not self.oidc_client:
            raise ValueError("oidc_issuer is set, so oidc_client is needed too.")
        if self.calibration_folder is not None:
            _fits(self.calibration_folder)
        if not self.courses.is_dir():
            raise ValueError(f"courses: there is no folder {self.courses}.")
        return self

    @property
    def calibration_folder(self) -> Path | None:
        """The folder of the service's own calibration, if there is one."""
        return Path(self.calibration) if self.calibration else None

    @property
    def database_url(self) -> str:
        """The database, SQLite in the data folder unless another is named."""
        return self.database or f"sqlite:///{self.data / 'changetalk.sqlite3'}"

    @property
    def over_https(self) -> bool:
        """Whether people come by an encrypted address."""
        return self.public_url.startswith("https://")

    def key(self) -> str:
        """The secret that signs; made on the first start and kept where only this account can read it."""
        if self.secret_key.get_secret_value():
            return self.secret_key.get_secret_value()
        path = self.data / KEY_FILE
        self.make_folder()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES))
        return path.read_text(encoding="ascii").strip()

    def make_folder(self) -> None:
        """Make the data folder, for this account alone.

        Raises:
            SettingsError: it cannot be made or written to.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SettingsError(f"data: the folder {self.data} cannot be made ({error.strerror}).") from None
        if not os.access(self.data, os.W_OK):
            raise SettingsError(f"data: the folder {self.data} cannot be written to.")

    def for_flask(self) -> dict[str, Any]:
        """What Flask and its extensions want to know."""
        return {
            "SECRET_KEY": self.key(),
            "SESSION_COOKIE_NAME": "changetalk",
            "SESSION_COOKIE_SECURE": self.over_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": self.session_hours * 3600,
            "MAX_CONTENT_LENGTH": 16 * 2**20,
            "MAX_FORM_MEMORY_SIZE": 2 * 2**20,
            "WTF_CSRF_TIME_LIMIT": None,  # a token lasts as long as the sign-in: a form left open overnight is not lost
            "BOOTSTRAP_SERVE_LOCAL": True,
            "RATELIMIT_ENABLED": self.throttle,
            "RATELIMIT_STORAGE_URI": self.limits_store,
            "RATELIMIT_HEADERS_ENABLED": True,
        }


def _fits(calibration: Path) -> None:
    """See that a local calibration can be used with the models in use.

    Raises:
        ValueError: it cannot; it says why.
    """
    from fidelity.classify.local import in_use, load
    from fidelity.errors import ModelError

    if not calibration.is_absolute():
        raise ValueError("calibration: it is a folder, from the root on.")
    try:
        load(calibration, in_use())
    except ModelError as error:
        raise ValueError(f"calibration: {error}") from None


def _from_file(settings: type[Settings]) -> dict[str, Any]:
    name = os.environ.get(FILE)
    if not name:
        return {}
    try:
        told = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{FILE} names {name}, which cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} is not TOML: {error}.") from None
    unknown = sorted(set(told) - set(settings.model_fields))
    if unknown:
        raise SettingsError(
            f"{name}: there is no setting {unknown[0]}. Settings are {', '.join(settings.model_fields)}."
        )
    return {key: value for key, value in told.items() if f"CHANGETALK_{key.upper()}" not in os.environ}


def _plain(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."
