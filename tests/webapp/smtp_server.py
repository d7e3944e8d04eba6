"""A small mail server on this machine, for as long as a test lasts."""

from __future__ import annotations

import datetime
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailServer:
    """What it offers, and what it was told. ``refuse`` maps an address to the answer its letters get."""

    certificate: Path | None = None  # offers STARTTLS with it
    encrypted: bool = False  # speaks TLS from the start
    password: str = ""  # asks for it, from anybody
    refuse: dict[str, str] = field(default_factory=dict)
    letters: list[bytes] = field(default_factory=list)
    safely: list[bool] = field(default_factory=list)  # of each letter, whether it came encrypted
    connections: int = 0
    port: int = 0


@contextmanager
def running(told: MailServer) -> Iterator[MailServer]:
    """Serve on a free port."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            told.connections += 1
            self.safe = False
            if told.encrypted:
                self.wrap()
            self.say("220 here")
            while (line := self.rfile.readline()) and self.answer(line.decode().strip()):
                pass

        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

        def wrap(self) -> None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            assert told.certificate is not None
            context.load_cert_chain(told.certificate)
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile, self.safe = self.connection.makefile("rb"), self.connection.makefile("wb", 0), True

        def answer(self, line: str) -> bool:
            verb, _, rest = line.partition(" ")
            if verb == "ehlo":
                can = ["here"]
                if told.certificate and not self.safe:
                    can.append("STARTTLS")
                if told.password:
                    can.append("AUTH PLAIN")
                for i, word in enumerate(can):
                    self.say(f"250{' ' if i == len(can) - 1 else '-'}{word}")
            elif verb == "STARTTLS":
                self.say("220 go on")
                self.wrap()
            elif verb == "AUTH":
                import base64

                right = base64.b64decode(rest.split()[-1]).decode().split("\0")[1:] == ["us@here", told.password]
                self.say("235 come in" if right else "535 no")
            elif verb == "rcpt":
                self.say(next((told.refuse[a] for a in told.refuse if f"<{a}>" in rest), "250 ok"))
            elif verb == "data":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                told.letters.append(b"".join(lines))
                told.safely.append(self.safe)
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return False
            else:
                self.say("250 ok")
            return True

        def finish(self) -> None:
            super().finish()
            self.connection.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up is part of some tests."""

    with Server(("127.0.0.1", 0), Talk) as server:
        told.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> Path:
    """A certificate for this machine that nobody else has signed, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
