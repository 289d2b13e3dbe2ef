"""A receiver of notices: a real SMTP server and a real HTTP server on free ports that keep what they get and answer as they are told."""

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TAKEN = (200, {"errcode": 0, "code": 0, "errmsg": "ok"})


@dataclass
class Post:
    """One HTTP request: path with query, headers in lower case, body as JSON."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Receiver:
    """What was received, and how the next are to be answered.

    Attributes:
        http_port, smtp_port: on the loopback address.
        posts, mails: everything received and taken or refused, in order.
        answers: status, body and extra headers of the next posts, one each; then ``TAKEN``.
        smtp_answers: replies to the next recipients (RCPT), then 250.
        pause_seconds: before each answer.
    """

    http_port: int = 0
    smtp_port: int = 0
    posts: list[Post] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    answers: list[tuple[Any, ...]] = field(default_factory=list)
    smtp_answers: list[bytes] = field(default_factory=list)
    pause_seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def webhook(self, name: str = "hook") -> str:
        """An apprise address of a webhook here."""
        return f"json://127.0.0.1:{self.http_port}/{name}"

    def mail(self, to: str = "duty@city.example") -> str:
        """An apprise address of a mailbox here."""
        return f"mailto://127.0.0.1:{self.smtp_port}/?from=fuyuan@city.example&to={to}"

    def robots(self) -> dict[str, str]:
        """Endpoints that stand here for WeCom, DingTalk and Feishu, as their services name them."""
        base = f"http://127.0.0.1:{self.http_port}"
        return {
            "wecombot": base + "/cgi-bin/webhook/send?key={key}",
            "dingtalk": base + "/robot/send?access_token={token}",
            "feishu": base + "/open-apis/bot/v2/hook/{token}/",
        }


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Both servers, until the block ends."""
    receiver = Receiver()

    class Http(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with receiver.lock:
                receiver.posts.append(Post(self.path, headers, json.loads(body)))
                status, answer, *more = receiver.answers.pop(0) if receiver.answers else TAKEN
            time.sleep(receiver.pause_seconds)
            data = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            with suppress(ConnectionError):  # a sender that was killed, or did not wait
                super().handle()

    class Smtp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    text = b"".join(iter(self.rfile.readline, b".\r\n"))
                    with receiver.lock:
                        receiver.mails.append(message_from_bytes(text, policy=policy.default))
                    time.sleep(receiver.pause_seconds)
                    self.wfile.write(b"250 taken\r\n")
                elif word == b"RCPT":
                    with receiver.lock:
                        answer = receiver.smtp_answers.pop(0) if receiver.smtp_answers else b"250 ok"
                    self.wfile.write(answer + b"\r\n")
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    class SmtpServer(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads = True, True

    http = ThreadingHTTPServer(("127.0.0.1", 0), Http)
    http.daemon_threads = True
    smtp = SmtpServer(("127.0.0.1", 0), Smtp)
    receiver.http_port, receiver.smtp_port = http.server_address[1], smtp.server_address[1]
    threads = [threading.Thread(target=server.serve_forever, args=(0.01,)) for server in (http, smtp)]
    for thread in threads:
        thread.start()
    try:
        yield receiver
    finally:
        for server in (http, smtp):
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()
