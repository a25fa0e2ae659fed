"""What stands between a company's people and their wiki: TLS by an authority of its own, and a proxy."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import trustme


class Listener:
    """A server of one function a connection, each in a thread."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._guarded, args=(client,), daemon=True).start()

    def _guarded(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            self.serve(client)

    def serve(self, client: socket.socket) -> None:
        raise NotImplementedError

    def close(self) -> None:
        # A thread that waits in accept() is not woken by close(). It would go on with whatever gets the descriptor's
        # number next, such as another test's server, as soon as the system starts its call again.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._socket.close()


class TlsFront(Listener):
    """Takes TLS in front of a plain server. ``ca`` is the authority that signed it, for ``name``."""

    def __init__(self, url: str, name: str = "127.0.0.1") -> None:
        self.ca = trustme.CA()
        self.behind = urlsplit(url)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(name).configure_cert(self._context)
        super().__init__()
        self.url = f"https://127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        address = (self.behind.hostname, self.behind.port)
        with self._context.wrap_socket(client, server_side=True) as inside, socket.create_connection(address) as server:
            pump(inside, server)


class Proxy(Listener):
    """A forward proxy: CONNECT for https, whole addresses for http. With ``user``, only for those who say it."""

    def __init__(self, user: str = "") -> None:
        self.user = user
        self.asked: list[str] = []
        super().__init__()
        self.url = f"http://{f'{user}@' if user else ''}127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            data = client.recv(65536)
            if not data:
                return
            head += data
        line, _, rest = head.partition(b"\r\n")
        method, target, _ = line.decode().split()
        self.asked.append(f"{method} {target}")
        wanted = base64.b64encode(self.user.encode())
        if self.user and b"Proxy-Authorization: Basic " + wanted not in head:
            client.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            return
        host = target if method == "CONNECT" else urlsplit(target).netloc
        name, _, port = host.partition(":")
        if not port.isdigit():
            client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with socket.create_connection((name, int(port))) as server:
            if method == "CONNECT":
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                path = target.split(host, 1)[1]
                server.sendall(f"{method} {path} HTTP/1.1\r\nConnection: close\r\n".encode() + rest)
            pump(client, server)


def pump(one: socket.socket, other: socket.socket) -> None:
    """Bytes both ways until a side has had enough."""
    ends = {one: other, other: one}
    while True:
        pending = [end for end in ends if isinstance(end, ssl.SSLSocket) and end.pending()]
        ready = pending or select.select(list(ends), [], [], 20)[0]
        if not ready:
            return
        for end in ready:
            data = end.recv(65536)
            if not data:
                return
            ends[end].sendall(data)


@contextlib.contextmanager
def running(listener: Listener) -> Iterator[Listener]:
    yield listener
    listener.close()
