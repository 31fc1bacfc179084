"""A local server in the place of the European Central Bank, with tables of a few days."""

from collections.abc import Mapping

from vendors.server import Reply, Request, VendorServer

# Reference rates as published (https://www.ecb.europa.eu/stats/eurofxref), two currencies of each day.
RATES: Mapping[str, Mapping[str, str]] = {
    "2024-10-14": {"USD": "1.0915", "JPY": "163.38"},
    "2024-10-11": {"USD": "1.0932", "JPY": "162.99"},
    "2024-10-10": {"USD": "1.0932", "JPY": "162.48"},
    "2024-10-09": {"USD": "1.0957", "JPY": "162.87"},
    "2024-10-08": {"USD": "1.0986", "JPY": "162.42"},
}


def table(rates: Mapping[str, Mapping[str, str]] = RATES) -> bytes:
    """A table in the format of the ECB, newest day first."""
    days = "".join(
        f'<Cube time="{day}">'
        + "".join(f'<Cube currency="{currency}" rate="{rate}"/>' for currency, rate in row.items())
        + "</Cube>"
        for day, row in rates.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
        'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>'
        "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>"
        f"<Cube>{days}</Cube></gesmes:Envelope>"
    ).encode()


def ecb_server() -> VendorServer:
    """A server that is not listening yet."""

    def answer(request: Request) -> Reply:
        known = {f"/www.ecb.europa.eu/stats/eurofxref/eurofxref-hist{part}.xml" for part in ("", "-90d")}
        return Reply(body=table(), content_type="text/xml") if request.path in known else Reply(404)

    return VendorServer(answer)
