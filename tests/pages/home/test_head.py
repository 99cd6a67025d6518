"""The first pages can be asked by HEAD, as uptime monitors and link checkers do."""


def test_an_uptime_monitor_hears_that_the_site_is_well(client, db):
    response = client.head("/healthz")

    assert (response.status_code, response.content) == (200, b"")


def test_a_message_waits_until_a_page_is_read(signed_in):
    signed_in.post("/account/", {"name": "Maya", "time_zone": "Europe/Paris"})

    signed_in.head("/account/")
    read = signed_in.get("/account/")

    assert "Your details are saved" in read.text
