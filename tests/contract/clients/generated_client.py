"""Uses a generated client as its readers do: sign in, launch, poll, read, and a refusal."""

import json
import sys
import time

from tradecore_generated import AuthenticatedClient, Client
from tradecore_generated.api.accounts import export_account, login
from tradecore_generated.api.analysis import get_analysis_results, get_analysis_status, get_history, launch_analysis
from tradecore_generated.api.news import get_digests_feed
from tradecore_generated.models import AnalysisConfig, Failed, LaunchAnalysisRequest, LoginRequest
from tradecore_generated.types import UNSET

root, email, password = sys.argv[1:]
answer = login.sync(client=Client(base_url=root), body=LoginRequest(email=email, password=password))
client = AuthenticatedClient(base_url=root, token=answer.data.token)
body = LaunchAnalysisRequest.from_dict(
    {
        "symbol": "NVDA",
        "assetType": "equity",
        "date": "2024-10-10",
        "analysts": ["technical"],
        "config": {"researchDepth": 1, "llmModel": "gpt-4o-mini"},
    }
)
assert isinstance(body.config, AnalysisConfig)
assert body.config.llm_provider is UNSET
id = launch_analysis.sync(client=client, body=body).data.analysis_id
for _ in range(600):
    status = get_analysis_status.sync(analysis_id=id, client=client, prefer="wait=5")
    if status.data.status in ("completed", "error"):
        break
    time.sleep(0.05)  # the server has answered at the next change already; a new analysis changes quickly
result = get_analysis_results.sync(analysis_id=id, client=client)
refused = get_analysis_results.sync(analysis_id="00000000-0000-4000-8000-000000000000", client=client)
assert isinstance(refused, Failed)
history = get_history.sync(client=client)
exported = export_account.sync(client=client).payload.read()
feed = get_digests_feed.sync(client=client)
print(
    json.dumps(
        {
            "status": status.data.status,
            "success": result.success,
            "action": result.data.decision.action,
            "rows": len(history.data.analyses),
            "code": refused.error.code,
            "export": json.loads(exported.splitlines()[-1])["kind"],
            "feed": feed.partition("?>")[0],
        }
    )
)
