"""A mail server that can do just enough to take letters in."""

import re
import socketserver
import threading
import time
from contextlib import contextmanager


class Receiver(socketserver.StreamRequestHandler):
    """A handler of SMTP, which adds the addressee of each letter to `server.letters`."""

    def handle(self):
        to = ""
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"RCPT":
                to = re.search(rb"<(.+)>", line)[1].decode()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                self.server.letters.append(to)
                time.sleep(self.server.slow)
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n")


@contextmanager
def taking_letters(slow=0):
    """Run a mail server that takes `slow` seconds to acknowledge a letter."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Receiver) as box:
        box.daemon_threads = True
        box.letters, box.slow = [], slow
        box.url = f"smtp://127.0.0.1:{box.server_address[1]}"
        serving = threading.Thread(target=box.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield box
        finally:
            box.shutdown()
            serving.join()
