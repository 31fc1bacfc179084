#!/bin/bash

API_KEY="your-api-key"
BASE_URL="https://news.tradao.xyz"
USER_ID="my_agent_01"

# 1. Create the job
CREATE_RESPONSE=$(curl -sS -X POST "${BASE_URL}/analyze" \
  -H "Authorization: Bearer ${API_KEY}" \
  -H "Content-Type: application/json" \
  -d "{\"hours\":1,\"user_id\":\"${USER_ID}\"}")

JOB_ID=$(echo "${CREATE_RESPONSE}" | sed -n 's/.*"job_id":"\([^"]*\)".*/\1/p')
echo "Created job: ${JOB_ID}"

# 2. Poll until completion
while true; do
  STATUS_RESPONSE=$(curl -sS \
    -H "Authorization: Bearer ${API_KEY}" \
    "${BASE_URL}/analyze/${JOB_ID}")

  STATUS=$(echo "${STATUS_RESPONSE}" | sed -n 's/.*"status":"\([^"]*\)".*/\1/p')
  echo "Status: ${STATUS}"

  if [ "${STATUS}" = "completed" ]; then
    # 3. Fetch the result
    curl -sS \
      -H "Authorization: Bearer ${API_KEY}" \
      "${BASE_URL}/analyze/${JOB_ID}/result"
    break
  fi

  if [ "${STATUS}" = "failed" ]; then
    echo "Job failed"
    exit 1
  fi

  sleep 5
done
