"""The module for Dramatiq's own command line: `dramatiq tradecore_app.dramatiq --processes 1 --threads 64`.

The same environment variables apply as for `tradecore worker`. `broker` takes further middleware, such as Prometheus,
from a module of yours: `dramatiq tradecore_app.dramatiq your_module`.
"""

import dramatiq

from tradecore_app.dramatiq_worker import build_broker
from tradecore_app.logs import configure_logs
from tradecore_app.settings import read_settings

configure_logs()
broker = build_broker(read_settings())
dramatiq.set_broker(broker)
