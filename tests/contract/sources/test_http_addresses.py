"""Which IP addresses are refused, and how a newsroom writes its exemptions."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from bot.domain.errors import ConfigurationError
from bot.sources.addresses import AddressRefusedError, Allowance, public_socket, refusal


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "a private address (this machine itself)"),
        ("127.8.9.1", "a private address (this machine itself)"),
        ("0.0.0.0", "a private address (this machine itself)"),  # noqa: S104 (judged, not listened on)
        ("::", "a private address (this machine itself)"),
        ("::1", "a private address (this machine itself)"),
        ("::ffff:127.0.0.1", "a private address (this machine itself)"),
        ("::127.0.0.1", "a private address (this machine itself)"),
        ("2002:7f00:1::", "a private address (this machine itself)"),
        ("64:ff9b::7f00:1", "a private address (this machine itself)"),
        ("10.1.2.3", "a private address"),
        ("172.16.0.1", "a private address"),
        ("192.168.1.1", "a private address"),
        ("::ffff:10.1.2.3", "a private address"),
        ("fd12::1", "a private address"),
        ("fec0::1", "a private address"),
        ("64:ff9b:1::1", "a private address"),
        ("169.254.1.1", "a private address (link-local)"),
        ("fe80::1%eth0", "a private address (link-local)"),
        ("169.254.169.254", "a private address (cloud metadata)"),
        ("168.63.129.16", "a private address (cloud metadata)"),
        ("100.100.100.200", "a private address (cloud metadata)"),
        ("fd00:ec2::254", "a private address (cloud metadata)"),
        ("100.64.0.1", "a reserved address"),
        ("224.0.0.1", "a multicast address"),
        ("ff02::1", "a multicast address"),
        ("198.18.0.1", "a private address"),
        ("255.255.255.255", "a private address"),
    ],
)
def test_what_is_not_public_is_refused_by_kind(address: str, kind: str) -> None:
    assert refusal(ip_address(address)) == kind
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(AddressRefusedError) as refused:
        public_socket((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 80)))
    assert refused.value.kind == kind


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "172.32.0.1"])
def test_public_addresses_are_dialled(address: str) -> None:
    assert refusal(ip_address(address)) is None


SOURCE = ("127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("listed", "place", "source", "covered"),
    [
        ("127.0.0.1", SOURCE, SOURCE, True),
        ("127.0.0.1", ("127.0.0.1", 9000), SOURCE, False),
        ("127.0.0.1", SOURCE, ("sample.example", 443), False),
        ("127.0.0.1:8000", SOURCE, SOURCE, True),
        ("127.0.0.1:8000", SOURCE, ("sample.example", 443), True),
        ("127.0.0.1:8000", ("127.0.0.1", 9000), ("127.0.0.1", 9000), False),
        (" Feeds.Newsroom.Internal ", ("feeds.newsroom.internal", 80), ("feeds.newsroom.internal", 80), True),
        ("::1", ("::1", 80), ("::1", 80), True),
        ("[::1]:8080", ("::1", 8080), SOURCE, True),
        ("[::1]", ("::1", 80), ("::1", 80), True),
        ("localhost", SOURCE, SOURCE, False),
    ],
)
def test_an_exemption_is_for_what_is_listed_only(
    listed: str, place: tuple[str, int], source: tuple[str, int], *, covered: bool
) -> None:
    assert Allowance([listed]).covers(place, source=source) is covered


@pytest.mark.parametrize(
    "entry",
    ["", "http://127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:0", "127.0.0.1:70000", "[::1", "[::1]8"],
)
def test_an_exemption_that_makes_no_sense_is_told(entry: str) -> None:
    with pytest.raises(ConfigurationError, match=r"BACKCHANNEL_ALLOW_HOSTS: .* Write it like 127\.0\.0\.1"):
        Allowance([entry])
