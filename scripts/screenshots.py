"""Makes the pictures of the README from a server with demo data, on a day that never changes."""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import execute_from_command_line
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
MOMENT = datetime(2026, 11, 20, 14, 5, tzinfo=ZoneInfo("Europe/London"))
PASSWORD = "one-step-back-demo"
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 375, "height": 740}
TALL = {"width": 1280, "height": 1420}
CHROMIUM = ["chromium", "chromium-browser", "chromium-headless-shell"]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
LARGEST = 150_000  # bytes


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with serving() as site, sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        start_page(browser, site)
        half_way(browser, site)
        whole_plan(browser, site)
        whole_organisation(browser, site)
        whole_round(browser, site)
        shared_plans(browser, site)
        browser.close()


def start_page(browser, site):
    page = browser.new_page(viewport=WIDE, base_url=site)
    page.goto("/")
    keep(page, "start")


def half_way(browser, site):
    """Siobhán has answered two levels, and goes on with the third."""
    page, cookies = signed_in(browser, site, "siobhan@example.org")
    page.goto("/reflections/")
    page.get_by_role("link", name="Go on").first.click()
    reflection = page.url
    keep(page, "levels")
    page.goto(f"{reflection}team/now/")
    keep(page, "level")
    page.goto(f"{reflection}team/how/")
    keep(page, "how")
    phone = browser.new_context(
        viewport=PHONE, base_url=site, device_scale_factor=2, storage_state=cookies
    ).new_page()
    phone.goto(f"{reflection}team/now/")
    keep(phone, "level-phone")


def whole_plan(browser, site):
    """Maya has come back to her plan for two years."""
    page, _cookies = signed_in(browser, site, "maya@example.org")
    page.goto("/plan/")
    keep(page, "plan")
    with page.expect_download() as started:
        page.evaluate("location.href = '/plan/pdf/'")
    first_page = ["pdftoppm", "-png", "-r", "84", "-singlefile", started.value.path()]
    keep_image(subprocess.run(first_page, capture_output=True, check=True).stdout, "plan-pdf")


def whole_organisation(browser, site):
    """Catriona looks after the health trust."""
    page, cookies = signed_in(browser, site, "catriona@example.org")
    trust = "/organisations/tamsel-valley-community-health-trust/"
    page.goto(trust)
    keep(page, "organisation")
    page.goto(f"{trust}history/")
    keep(page, "history")
    page.goto(f"{trust}invite/")
    people = "dilys@example.org\nDilys Rees <dilys@example.org>\ntom@example.org\nmilo at example"
    page.get_by_label("E-mail addresses").fill(f"{people}\nana@example.org")
    page.get_by_label("Quince Ward").check()
    page.get_by_role("button", name="Check the list").click()
    keep(page, "invite")
    phone = browser.new_context(
        viewport=PHONE, base_url=site, device_scale_factor=2, storage_state=cookies
    ).new_page()
    phone.goto(f"{trust}people/?role=facilitator")
    keep(phone, "people-phone")


def whole_round(browser, site):
    """Tom looks at what his ward said in its third year."""
    page, _cookies = signed_in(browser, site, "tom@example.org")
    page.goto("/teams/1/rounds/")
    page.get_by_role("link", name="Results (Two years on)").click()
    page.locator(".osb-legend").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.osb-orders').scrollIntoView()")
    keep(page, "results")


def shared_plans(browser, site):
    """Tom reads his ward's plan and its public page; Catriona reads what it raised to the trust."""
    page, cookies = signed_in(browser, site, "tom@example.org")
    page.set_viewport_size(TALL)
    page.goto("/teams/1/plan/")
    keep(page, "team-plan")
    phone = browser.new_context(
        viewport=PHONE, base_url=site, device_scale_factor=2, storage_state=cookies
    ).new_page()
    phone.goto("/teams/1/plan/")
    phone.get_by_role("link", name="Ask six people").first.click()
    keep(phone, "action-phone")
    page.get_by_role("link", name="You said, we did").click()
    page.get_by_role("link", name="See the public page").click()
    keep(page, "you-said")
    page, _cookies = signed_in(browser, site, "catriona@example.org")
    page.goto("/organisations/tamsel-valley-community-health-trust/plan/")
    page.set_viewport_size(TALL)
    page.get_by_role("link", name="1 raised action waits").click()
    keep(page, "raised")


def signed_in(browser, site, email):
    """A page of somebody who has signed in, and the cookies for their second device."""
    context = browser.new_context(viewport=WIDE, base_url=site)
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/")
    page.goto("/")  # the message about signing in is said once
    return page, context.storage_state()


def keep(page, name):
    page.evaluate("document.fonts.ready")
    keep_image(page.screenshot(animations="disabled"), name)


def keep_image(png: bytes, name: str) -> None:
    """Save a picture with 256 colours, which are enough for flat pages."""
    path = IMAGES / f"{name}.png"
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} kB")
    if size > LARGEST:
        raise SystemExit(f"{path.name} is larger than {LARGEST // 1000} kB.")


@contextmanager
def serving():
    """The address of a server with demo data, in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        env = {**kept, "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3", "PORT": str(port)}
        for command in (["prepare", "-v", "0"], ["demo"]):
            subprocess.run(manage(*command), cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
        server = subprocess.Popen(
            manage("runserver", "--noreload", f"127.0.0.1:{port}"),
            cwd=ROOT,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            site = f"http://127.0.0.1:{port}"
            wait_for(f"{site}/healthz", server)
            yield site
        finally:
            server.terminate()
            server.wait()


def manage(*command):
    """A command of manage.py that takes place at `MOMENT`."""
    return [sys.executable, "-m", "scripts.screenshots", *command]


def wait_for(address, server):
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server for the pictures did not start.")


def at_that_moment(arguments):
    os.environ["DJANGO_SETTINGS_MODULE"] = "onestepback.settings"
    with time_machine.travel(MOMENT, tick=False):
        execute_from_command_line(["manage.py", *arguments])


if __name__ == "__main__":
    at_that_moment(sys.argv[1:]) if sys.argv[1:] else main()
