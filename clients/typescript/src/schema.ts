// Made from the OpenAPI document by openapi-typescript; a test checks that it is up to date.

export interface paths {
    "/api/analyze/{analysisId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Cancel an analysis
         * @description Its status becomes `error`, with a text that says it was cancelled. 409 once it has ended.
         */
        delete: operations["cancelAnalysis"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analyze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Launch an analysis
         * @description Queues an analysis of a symbol as of a day; a worker starts it when one is free.
         */
        post: operations["launchAnalysis"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analyze/{analysisId}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the result of an analysis
         * @description Available once the analysis has completed; 425 before, and for good when it failed.
         */
        get: operations["getAnalysisResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analyze/{analysisId}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the progress of an analysis */
        get: operations["getAnalysisStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analyze/{analysisId}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get what the agents have said so far
         * @description Available in every state: reports, arguments, rulings, plan, risk and decision, as soon as each is settled.
         */
        get: operations["getAnalysisSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analyses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List analyses in every state, newest first
         * @description What was launched, runs, has completed or failed. Hidden analyses are left out.
         */
        get: operations["getAnalyses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analyses/{analysisId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Hide an analysis that has ended
         * @description It is left out of lists. Metrics still count it, and it can be read by its id. Repeated requests change nothing. 409 before it has ended.
         */
        delete: operations["hideAnalysis"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/history/calibration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get hit rates by confidence */
        get: operations["getCalibration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List completed analyses with metrics
         * @description The metrics cover all decisions that the filters select, not only the page, with the returns that the rows show; `metrics.scored` covers decisions of a year whose horizon has passed.
         */
        get: operations["getHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/cash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deposit or withdraw cash
         * @description 409 for more than the free cash.
         */
        post: operations["moveCash"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/recommendations/{recommendationId}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Execute a pending recommendation
         * @description Places at most one order; a repeated request gets the same answer. 409 with the code `confirmation_needed` and `details.confirmable` for a second order of the symbol within a minute, or from the same evidence: send it again with `confirm`. With `exits` as `bracket`, stop and target are placed with the order, and 409 says where they cannot be. 409 once the recommendation was rejected or has expired, and when cash, holdings, the price or the configuration do not allow it; 503 while the outcome of the order is unknown: send the request again.
         */
        post: operations["executeRecommendation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the value of the portfolio over time
         * @description A point for each day on which prices or the ledger changed. `benchmark` is what the first value would be worth in the benchmark of equities, where the market has one.
         */
        get: operations["getPortfolioHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import positions that were bought elsewhere
         * @description A JSON list, or a CSV table as brokers export it (`Content-Type: text/csv`). The same list again changes nothing. Positions count as deposits of their cost.
         */
        post: operations["importPositions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get cash, positions and performance
         * @description Positions are valued at their newest prices. A new caller's account starts with the configured paper cash.
         */
        get: operations["getPortfolio"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/recommendations/{recommendationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a recommendation
         * @description It has the id of the analysis that issued it.
         */
        get: operations["getRecommendation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/recommendations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recommendations, newest first
         * @description Without `limit` and `page`, the newest 200. With one of them `pagination` stands beside `data`.
         */
        get: operations["getRecommendations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/recommendations/{recommendationId}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject a pending recommendation
         * @description Final. 409 once the recommendation was executed or has expired.
         */
        post: operations["rejectRecommendation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a sign-in with the identity provider
         * @description Send the browser to `authorizationUrl`. The provider returns it to `redirectUri` with `code` and `state`, which finish the sign-in together with `login`; keep `login` in that browser until then. 409 without an identity provider.
         */
        post: operations["beginProviderLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish a sign-in with the identity provider
         * @description The first sign-in of somebody creates an account. 409 where an account has the address already, unless the installation links accounts by address.
         */
        post: operations["finishProviderLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the session: its refresh token is refused at once, its access tokens within 3 seconds.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get another access token
         * @description The refresh token stays valid, unless the sign-in set `rotateRefreshToken`.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set another password with a reset token
         * @description An operator prints the token with `tradecore users reset`; it is valid once and for an hour. Ends all sessions of the user; personal tokens stay.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the account of the caller */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password
         * @description Ends all other sessions of the user; personal tokens stay. A personal token cannot change it.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export everything of the account
         * @description One JSON document per line, without passwords and tokens. The last line is the manifest, with the number of records and the SHA-256 of all lines before it: an export without it was interrupted.
         */
        get: operations["exportAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the personal tokens, newest first */
        get: operations["listTokens"];
        put?: never;
        /**
         * Create a personal token
         * @description `token` is shown this once. Sent as `Authorization: Bearer <token>`, it opens `/api`, `/analyze` and live events. A personal token cannot create another, nor one have scopes that its user does not have. A user has at most 100. A request that is sent again creates a second token.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a personal token
         * @description The token is refused within 3 seconds, and its live connections are closed within 5.
         */
        delete: operations["deleteToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the accounts, by e-mail address */
        get: operations["listUsers"];
        put?: never;
        /**
         * Create an account
         * @description 409 where another account has the address, so a request that is sent again changes nothing.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an account
         * @description Its tokens are refused within 3 seconds. Its records are deleted soon, except for the ledger. Its open orders are cancelled first; 409 until the broker has ended them.
         */
        delete: operations["removeUser"];
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description Takes effect within 3 seconds. Administrators cannot disable themselves or give up `admin`.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/api/analyze/{analysisId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream the events of an analysis
         * @description Server-sent events from the first one on; the stream ends with the analysis.
         */
        get: operations["followAnalysis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream all events of the caller
         * @description Events of all analyses, recommendations, orders, digests and alerts; the stream does not end.
         */
        get: operations["followUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/{alertId}/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge an alert
         * @description The first acknowledgement counts; repeated ones change nothing.
         */
        post: operations["acknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List alerts, newest first
         * @description Kept for 90 days. Live events of the name `alert` bring new ones.
         */
        get: operations["getAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/price-alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the price alerts, newest first
         * @description Those that were triggered or have expired are kept for 90 days.
         */
        get: operations["listPriceAlerts"];
        put?: never;
        /**
         * Create a price alert
         * @description When the price meets the condition it is triggered, once: as an alert and as the event `price_alert`, for webhooks and notices too. A condition that the price meets already is refused. Prices are compared once a minute. A user has at most 100 active ones.
         */
        post: operations["createPriceAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/price-alerts/{priceAlertId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a price alert */
        delete: operations["deletePriceAlert"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the webhooks, newest first */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Every event of these kinds is posted there from now on, signed as Standard Webhooks describes. `secret` verifies the signatures and is shown this once. A user has at most 20. A request that is sent again creates a second webhook.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a webhook with its deliveries */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook, or rotate its secret
         * @description A `secret` is in the answer to `rotateSecret` only; for a day after it, deliveries have a signature of each of the two. A webhook that was disabled because its receiver answered 410 can be enabled again.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/api/webhooks/{webhookId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of a webhook, newest first
         * @description Kept for 30 days. Those whose `state` is `failed` were tried for a day and are not tried again.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhookId}/deliveries/{deliveryId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver an event again
         * @description Also one that was delivered. It has the id and the body of the first time, and a day of attempts.
         */
        post: operations["retryWebhookDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notice-channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the channels for notices, newest first */
        get: operations["listNoticeChannels"];
        put?: never;
        /**
         * Create a channel for notices
         * @description What happens from now on, of these kinds, is sent there in short messages. The URL names the service and has its secrets; it is stored encrypted and not shown again. A user has at most 10 channels. A request that is sent again creates a second channel.
         */
        post: operations["createNoticeChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notice-channels/{channelId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a channel with its notices */
        delete: operations["deleteNoticeChannel"];
        options?: never;
        head?: never;
        /**
         * Change a channel for notices
         * @description `enabled: true` also sends what waits at once, as does a change of the quiet hours that ends them. For another URL, create another channel.
         */
        patch: operations["updateNoticeChannel"];
        trace?: never;
    };
    "/api/notice-channels/{channelId}/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the notices of a channel, newest first
         * @description Kept for 30 days. Those whose `state` is `failed` or `unknown` are not sent again.
         */
        get: operations["listNotices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notice-channels/{channelId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message through a channel now
         * @description Also in quiet hours, and through one that is disabled; it takes some seconds.
         */
        post: operations["tryNoticeChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/watchlists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the watchlists, that of the positions first */
        get: operations["listWatchlists"];
        put?: never;
        /**
         * Create a watchlist
         * @description A JSON list, or a file with one symbol a line (`Content-Type: text/csv`, the name in the query); what follows a comma is not read. A user has at most 20.
         */
        post: operations["createWatchlist"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/watchlists/{watchlistId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a watchlist
         * @description A schedule that needs it is disabled, with an alert, when it would run next.
         */
        delete: operations["deleteWatchlist"];
        options?: never;
        head?: never;
        /**
         * Change the name or the symbols of a watchlist
         * @description 409 for the list of the positions, which follows them.
         */
        patch: operations["updateWatchlist"];
        trace?: never;
    };
    "/api/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the schedules, newest first */
        get: operations["listSchedules"];
        put?: never;
        /**
         * Create a schedule
         * @description It analyses the symbols of a watchlist or makes a digest, at the times of a cron expression or after the close of an exchange. Its times are at least 15 minutes apart; one that the clocks skip or repeat comes once. A user has at most 20. A request that is sent again creates a second schedule.
         */
        post: operations["createSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schedules/{scheduleId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a schedule with its runs
         * @description What they have launched stays.
         */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        /**
         * Change a schedule, pause it or let it go on
         * @description `enabled: false` pauses it. With other times, and after a pause, it runs at its next time from now; what would have been before then is not missed.
         */
        patch: operations["updateSchedule"];
        trace?: never;
    };
    "/api/schedules/{scheduleId}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the runs of a schedule, newest first
         * @description Kept for 30 days, with the ids of what each has launched.
         */
        get: operations["listScheduleRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Cancel an order that the broker has accepted
         * @description Reserved cash and units come back when the broker has ended the order; units that were filled before are kept. A repeated request gets the same answer. 409 once the order has ended otherwise, and while it is being submitted.
         */
        delete: operations["cancelOrder"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/portfolio/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List orders, newest first */
        get: operations["getOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/engines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the engines
         * @description The engines that produce analyses here; `config.engine` of a launch takes one of the names. `record` is over all completed analyses of the caller, hidden ones included; scores in sample are left out.
         */
        get: operations["listEngines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/market/{symbol}/bars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get daily bars of a symbol
         * @description Finished days only, as they were known at the end of the day `until`. A pair is written BTC-USD.
         */
        get: operations["getBars"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/market/symbols": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find symbols by a text
         * @description The text is a ticker, a pair or, where the source knows names, a name or part of one.
         */
        get: operations["searchSymbols"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the language models
         * @description The models that a launch can name in `config.llmProvider` and `config.llmModel`, the default first. Other models of an available provider may be named as well, unless the installation allows only these.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the usage of language models
         * @description Calls, tokens and US dollars of the caller's analyses by day (UTC), model and agent, and what is left of the budget of today.
         */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backtests/{backtestId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a backtest with its report
         * @description `report` is there once the backtest is completed: every decision with its outcome, the daily curves, and a table with the figures of the desk and of baselines.
         */
        get: operations["getBacktest"];
        put?: never;
        post?: never;
        /**
         * Cancel a backtest
         * @description Its decisions stay, and an equal launch makes the missing ones. 409 once it has ended.
         */
        delete: operations["cancelBacktest"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backtests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List backtests, newest first */
        get: operations["getBacktests"];
        put?: never;
        /**
         * Launch a backtest
         * @description An engine decides as of past days, in jobs over all workers. An equal request has the same id and continues where an earlier one stopped.
         */
        post: operations["launchBacktest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compare/{comparisonId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a comparison side by side
         * @description What each engine has answered so far, what they disagree about, and on which evidence.
         */
        get: operations["getComparison"];
        put?: never;
        post?: never;
        /**
         * Cancel what of a comparison still runs
         * @description Analyses that have completed stay as they are. 409 once all have ended.
         */
        delete: operations["cancelComparison"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List comparisons, newest first */
        get: operations["getComparisons"];
        put?: never;
        /**
         * Launch the same analysis with several engines
         * @description All engines get the same evidence, collected once. Each analysis is followed, read and cancelled by its id like every other one. None issues a recommendation, and none supersedes one.
         */
        post: operations["launchComparison"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the news sources with their health, by name
         * @description Only administrators see the query of an address, which may hold a key.
         */
        get: operations["listSources"];
        put?: never;
        /**
         * Read a news source from now on
         * @description The address is read once: it is a feed (RSS, Atom, JSON Feed, other JSON), a page that names one, or a public Telegram channel (`https://t.me/NAME`). 400 says why nothing can be read there, 409 that it is read already.
         */
        post: operations["addSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{sourceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Stop reading a news source
         * @description What it has published stays. 409 for a source that the installation defines.
         */
        delete: operations["removeSource"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings/interests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the interests of the account */
        get: operations["getInterests"];
        /**
         * Choose the interests of the account
         * @description Replaces all of them. They hold for digests requested from now on by the account, for each of its readers, where the request does not choose otherwise.
         */
        put: operations["setInterests"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/digests/{digestId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a digest with its report
         * @description `report` is Markdown, and there once the digest is completed.
         */
        get: operations["getDigest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/digests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List digests, newest first
         * @description What the caller requested with `POST /analyze`, for all its readers and in every state.
         */
        get: operations["getDigests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/digests.rss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the newest reports as RSS
         * @description For feed readers: `?token=` takes a personal token whose only scope is `feed`. With an `Authorization` header, every token that may read does.
         */
        get: operations["getDigestsFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analyze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a digest of the news
         * @description Queues a job that reports what is new to this user in the last hours, each story once. The optional fields choose stories; what is left out is as `PUT /api/settings/interests` set it for the account.
         */
        post: operations["createAnalyzeJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analyze/{job_id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the items of the window of a digest
         * @description What the job considered (`items_processed` of them), and what its Coverage section counts without considering it, with the reasons `too_old` and `first_reading`.
         */
        get: operations["getAnalyzeItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analyze/{job_id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the report of a digest
         * @description `Accept: text/markdown` returns the bare report of a completed job.
         */
        get: operations["getAnalyzeResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analyze/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the status of a digest */
        get: operations["getAnalyzeJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check that the process responds */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check that requests can be served */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the name of the API
         * @description Browsers get the console.
         */
        get: operations["root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Whose credential the request carries. */
        AccountData: {
            user: components["schemas"]["AccountUserData"];
        };
        /** @description A user, and what the credential of the request may do. */
        AccountUserData: {
            id: string;
            email: string;
            name: string;
            scopes: ("admin" | "feed" | "launch" | "read" | "trade")[];
        };
        /** @description A source to read from now on. */
        AddSourceRequest: {
            /** @description A feed, a page that names one, or a public Telegram channel; without a scheme it is https */
            url: string;
            /** @description What reports call it; by default its host, or its title where another source is called so */
            name?: string | null;
            /** @description For JSON that is no JSON Feed; without it the common names of fields are tried */
            mapping?: components["schemas"]["FieldMappingRequest"] | null;
        };
        /** @description A new source, and what was found when it was read once. */
        AddedSourceData: {
            source: components["schemas"]["SourceData"];
            found: components["schemas"]["DiscoveryData"];
        };
        /** @description How far one agent is; `duration` in seconds once it has ended. */
        AgentData: {
            name: string;
            /** @enum {string} */
            status: "completed" | "error" | "pending" | "running";
            duration: number | null;
            error?: string;
        };
        /** @description What one agent took of it, and from which models. */
        AgentUsageData: {
            calls: number;
            /** @description Of whole prompts, with those read from a vendor's cache */
            inputTokens: number;
            /** @description Of the input, those read from a vendor's cache */
            cachedTokens: number;
            outputTokens: number;
            cost: number | null;
            agent: string;
            models: string[];
        };
        /** @description Something that its user should know; `acknowledgedAt` once the user has seen it. */
        AlertData: {
            id: string;
            /** @enum {string} */
            kind: "decision_changed" | "digest_ready" | "dividend_paid" | "exit_filled" | "exits_ended" | "job_failed" | "level_crossed" | "notice_failed" | "order_filled_late" | "order_overfilled" | "position_differs" | "position_split" | "price_alert" | "price_jumped" | "recommendation_expired" | "recommendation_issued" | "recommendation_superseded" | "schedule_failed" | "source_refused" | "webhook_failed";
            /**
             * @description error: an operator has to act as well
             * @enum {string}
             */
            severity: "error" | "info" | "warning";
            message: string;
            subject: components["schemas"]["SubjectData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            acknowledgedAt?: string;
        };
        /** @description A page of alerts, newest first. */
        AlertsData: {
            alerts: components["schemas"]["AlertData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description A page of analyses, newest first. */
        AnalysesData: {
            analyses: components["schemas"]["AnalysisData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description How deep the desk debates, and which model it thinks with. */
        AnalysisConfig: {
            /** @description Rounds of debate */
            researchDepth: number;
            llmModel: string;
            llmProvider?: string | null;
            engine?: string | null;
            /** @description Rounds of a debate about the risk of the plan, after which the risk manager accepts it, vetoes it or returns it to the trader once; 0 leaves it to the engine, and the desk has none then */
            riskRounds?: number;
        };
        /** @description How deep the desk debates, and which model and engine it has. */
        AnalysisConfigData: {
            researchDepth: number;
            llmModel: string;
            llmProvider?: string;
            engine?: string;
        };
        /** @description An analysis in any state. A cancelled one has the status `error`, and says so in `error`. */
        AnalysisData: {
            /** Format: uuid */
            id: string;
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            /** Format: date */
            date: string;
            /** @enum {string} */
            status: "completed" | "error" | "queued" | "running";
            progress: number;
            /** @description Empty when none is at work */
            currentAgent: string;
            /** @description The name by which a launch chooses its engine */
            engine: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /** @enum {string} */
            action?: "BUY" | "HOLD" | "SELL";
            /** Format: double */
            confidence?: number;
            /** @description Why the output did not hold */
            needsReview?: string;
            error?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            completedAt?: string;
            /**
             * Format: uuid
             * @description Only where it is part of a comparison: its id
             */
            comparisonId?: string;
        };
        /** @description An item that was looked at, and why it is in the report or not. */
        AnalyzeItem: {
            item_id: string;
            story_id: string;
            /** @enum {string} */
            reason: "reported" | "update" | "grouped" | "more_coverage" | "repeated" | "already_told" | "below_threshold" | "outside_interests" | "too_old" | "first_reading";
            source: string;
            title: string;
            url: string | null;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `+00:00`
             */
            published_at: string;
        };
        /** @description Every item that a job looked at or set aside; none unless it is completed. */
        AnalyzeItems: {
            success: boolean;
            job_id: string;
            /** @enum {string} */
            status: "completed" | "failed" | "queued" | "running";
            items: components["schemas"]["AnalyzeItem"][];
        };
        /** @description A job that was accepted. */
        AnalyzeJob: {
            /** @constant */
            success: true;
            job_id: string;
            /** @enum {string} */
            status: "completed" | "failed" | "queued" | "running";
            /** @description As granted */
            time_window_hours: number;
            status_url: string;
            result_url: string;
        };
        /** @description Which news to report, and to whom. */
        AnalyzeRequest: {
            /** @description The length of the time window; capped at the longest one */
            hours: number;
            /** @description The reader, who gets each story once; surrounding whitespace is removed */
            user_id: string;
            /** @description Only stories about one of these: names, tickers, `$ON` */
            assets?: string[] | null;
            /** @description Only stories of these sections of the report, besides those about `assets` */
            categories?: string[] | null;
            /** @description No stories with one of these in a headline */
            excluded_words?: string[] | null;
            /** @description The least score of a story, 0 to 100 */
            min_score?: number | null;
            /** @description The most new stories, 1 to 200 */
            max_stories?: number | null;
            /** @description Points for stories of a source, -20 to 20, by the name of the source */
            source_weights?: {
                [key: string]: number;
            } | null;
            /** @description The language in which a model edits the digest, such as `de` */
            language?: string | null;
        };
        /** @description What came of a job; `report` is Markdown, empty unless it is completed. */
        AnalyzeResult: {
            success: boolean;
            job_id: string;
            /** @enum {string} */
            status: "completed" | "failed" | "queued" | "running";
            report: string;
            items_processed: number;
            time_window_hours: number;
            error: string | null;
        };
        /** @description How a job stands; `success` only once it is completed. */
        AnalyzeStatus: {
            success: boolean;
            job_id: string;
            /** @enum {string} */
            status: "completed" | "failed" | "queued" | "running";
            time_window_hours: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `+00:00`
             */
            created_at: string;
            started_at: string | null;
            completed_at: string | null;
            items_processed: number;
            error: string | null;
            result_available: boolean;
        };
        /** @description A symbol and its type. */
        AssetData: {
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
        };
        /** @description A symbol. */
        AssetRequest: {
            /**
             * @example NVDA
             * @example BTC-USD
             */
            symbol: string;
            /** @description By default crypto for pairs such as BTC-USD */
            assetType?: ("equity" | "crypto") | null;
        };
        /** @description A backtest, with its report once it is completed. */
        BacktestData: {
            id: string;
            /** @enum {string} */
            status: "cancelled" | "completed" | "error" | "queued" | "running";
            progress: number;
            decisions: number;
            decided: number;
            engine: string;
            /** @description What the engine is, with its version */
            label: string;
            symbols: string[];
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            /** @enum {string} */
            every: "day" | "month" | "week";
            analysts: string[];
            researchDepth: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            error?: string;
            report?: components["schemas"]["BacktestReportData"];
        };
        /** @description One decision, with its outcome over the horizon and over a week; null for a HOLD and where it is not known. */
        BacktestDecisionData: {
            symbol: string;
            /** Format: date */
            date: string;
            /** @enum {string} */
            action: "BUY" | "HOLD" | "SELL";
            /** Format: double */
            confidence: number;
            /** Format: double */
            positionSize: number;
            /** Format: double */
            entryPrice: number;
            /** Format: double */
            stopLoss: number;
            /** Format: double */
            takeProfit: number;
            evidence: string;
            /** @description Whether its model may have read what came after the day */
            inSample: boolean;
            outcome: components["schemas"]["OutcomeData"] | null;
            weekOutcome: components["schemas"]["OutcomeData"] | null;
        };
        /**
         * @description One row of the table: the figures of a curve, of one symbol or, with `symbol` null, of all together.
         *
         *     Returns, drawdown, exposure and alpha are in percent, after fees. `turnover` is what is bought and sold in a year in
         *     units of the portfolio. Alpha and beta are against the benchmark where there is one of the same kind, else against
         *     holding the symbols.
         */
        BacktestPerformanceData: {
            symbol: string | null;
            /** @enum {string} */
            curve: "benchmark" | "full" | "held" | "kdj_rsi" | "macd" | "reversion" | "sized" | "sma" | "target";
            label: string;
            /** Format: double */
            totalReturn: number;
            annualReturn: number | null;
            sharpeRatio: number | null;
            sortinoRatio: number | null;
            /** Format: double */
            maxDrawdown: number;
            trades: number;
            hitRate: components["schemas"]["IntervalData"] | null;
            profitFactor: number | null;
            turnover: number | null;
            /** Format: double */
            exposure: number;
            alpha: number | null;
            beta: number | null;
        };
        /** @description The evaluation of a backtest. `targets` are the positions that decisions set, -1 to 1, on the days of curves. */
        BacktestReportData: {
            sources: string[];
            synthetic: boolean;
            horizonWeeks: number;
            /** Format: double */
            feePercent: number;
            metrics: components["schemas"]["DecisionMetricsData"];
            /** @description The same decisions over a horizon of one week */
            weekMetrics: components["schemas"]["DecisionMetricsData"];
            bySymbol: {
                [key: string]: components["schemas"]["DecisionMetricsData"];
            };
            edge: components["schemas"]["EdgeData"];
            table: components["schemas"]["BacktestPerformanceData"][];
            curves: {
                [key: string]: components["schemas"]["CurveData"];
            };
            targets: {
                [key: string]: number[];
            };
            decisions: components["schemas"]["BacktestDecisionData"][];
            inSample?: number;
        };
        /** @description A backtest and how far it is; `error` says why it ended without a report. */
        BacktestSummaryData: {
            id: string;
            /** @enum {string} */
            status: "cancelled" | "completed" | "error" | "queued" | "running";
            progress: number;
            decisions: number;
            decided: number;
            engine: string;
            /** @description What the engine is, with its version */
            label: string;
            symbols: string[];
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            /** @enum {string} */
            every: "day" | "month" | "week";
            analysts: string[];
            researchDepth: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            error?: string;
        };
        /** @description A backtest that was admitted; `decided` of its `decisions` were made by earlier runs. */
        BacktestTicketData: {
            id: string;
            /** @enum {string} */
            status: "cancelled" | "completed" | "error" | "queued" | "running";
            decisions: number;
            decided: number;
        };
        /** @description A page of backtests, newest first. */
        BacktestsData: {
            backtests: components["schemas"]["BacktestSummaryData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description One trading day. `volume` is in units traded, absent where the source gives none. */
        BarData: {
            /** Format: date */
            date: string;
            /** Format: double */
            open: number;
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            /** Format: double */
            close: number;
            /** Format: double */
            volume?: number;
        };
        /**
         * @description Daily bars of one symbol, oldest first, in prices of the newest day.
         *
         *     Earlier prices are adjusted for the splits and dividends up to that day.
         */
        BarsData: {
            /** @description The symbol in the spelling of the source */
            symbol: string;
            source: string;
            /** @description Whether the prices are generated rather than traded */
            synthetic: boolean;
            bars: components["schemas"]["BarData"][];
            /** @description What was repaired or left out, and what could make a number wrong */
            notes: string[];
            /** @description The SHA-256 of these bars; evidence that rests on the same bars alone has the same */
            digest: string;
            currency?: string;
        };
        /** @description Where the identity provider returns to. */
        BeginProviderLoginRequest: {
            redirectUri: string;
        };
        /** @description Send the browser to `authorizationUrl`, and finish with `login` within `expiresIn` seconds. */
        BegunLoginData: {
            authorizationUrl: string;
            state: string;
            login: string;
            expiresIn: number;
        };
        /** @description Decisions whose confidence lay from `from` to below `to`, 10 included in the last; null with too few of them. */
        BucketData: {
            from: number;
            to: number;
            sampleSize: number;
            avgConfidence: number | null;
            hitRate: number | null;
            avgReturn: number | null;
        };
        /** @description The budget of today in US dollars: abandoned calls count as spent at their upper bound. */
        BudgetData: {
            /** Format: double */
            spent: number;
            /**
             * Format: double
             * @description Set aside for analyses in progress
             */
            reserved: number;
            /** Format: double */
            limit?: number;
        };
        /**
         * @description Scored decisions held against their confidence, taken as a probability: confidence 7 as 70 %.
         *
         *     `brierScore` is the mean squared distance from what came, 0 at best; `brierReference` is what always naming the
         *     overall hit rate would have scored. `avgBenchmarkReturn` is over the `benchmarked` decisions that have a benchmark.
         *     `groups` are the same of each engine and model, with `groupBy=engine`.
         */
        CalibrationData: {
            sampleSize: number;
            hitRate: number | null;
            avgConfidence: number | null;
            avgReturn: number | null;
            avgBenchmarkReturn: number | null;
            benchmarked: number;
            brierScore: number | null;
            brierReference: number | null;
            buckets: components["schemas"]["BucketData"][];
            groups?: components["schemas"]["CalibrationGroupData"][];
        };
        /** @description The calibration of one engine with one version and model. */
        CalibrationGroupData: {
            engine: string;
            label: string;
            calibration: components["schemas"]["CalibrationData"];
        };
        /** @description The cash after a deposit or withdrawal. */
        CashData: {
            /** Format: double */
            cash: number;
        };
        /** @description Cash to move. */
        CashRequest: {
            /** @description In whole cents: above 0 a deposit, below 0 a withdrawal */
            amount: number;
        };
        /** @description The password of the caller, and the next one. */
        ChangePasswordRequest: {
            current: string;
            /** @description Not a common one */
            new: string;
        };
        /** @description That the password was changed. */
        ChangedPasswordData: {
            /** @constant */
            changed: true;
        };
        /** @description Evidence that engines cite, and what each of them takes it for; `disputed` where that is opposite. */
        CitedEvidenceData: {
            id: string;
            statement: string;
            /** Format: date */
            asOf: string;
            source: string;
            stances: {
                [key: string]: "bearish" | "bullish" | "neutral";
            };
            disputed: boolean;
        };
        /** @description A time on each trading day of an exchange, in minutes after its close. */
        CloseData: {
            /** @enum {string} */
            exchange: "XNYS";
            delayMinutes: number;
        };
        /** @description A time on each trading day of an exchange. */
        CloseRequest: {
            /**
             * @description The ISO 10383 code of the exchange: New York
             * @constant
             */
            exchange: "XNYS";
            /** @description Minutes after the close */
            delayMinutes?: number;
        };
        /**
         * @description What one engine has answered so far, under the id of its analysis, which is read like every other one.
         *
         *     `label` is the engine with its version and model. The decision is there once the analysis is completed.
         */
        ComparedEngineData: {
            engine: string;
            label: string;
            /** Format: uuid */
            analysisId: string;
            /** @enum {string} */
            status: "completed" | "error" | "queued" | "running";
            progress: number;
            /** @description US dollars so far; null where it is not known */
            cost: number | null;
            /** @description Calls of language models so far */
            calls: number;
            /**
             * Format: double
             * @description How long the analysis ran
             */
            seconds?: number;
            /** @enum {string} */
            action?: "BUY" | "HOLD" | "SELL";
            /** Format: double */
            confidence?: number;
            /**
             * Format: double
             * @description Percent of the portfolio
             */
            positionSize?: number;
            levels?: components["schemas"]["ComparedLevelsData"];
            verdict?: string;
            /** @description Why the output did not hold */
            needsReview?: string;
            error?: string;
        };
        /** @description The prices of a plan, in the quote currency. */
        ComparedLevelsData: {
            /** Format: double */
            entry: number;
            /** Format: double */
            stop: number;
            /** Format: double */
            target: number;
        };
        /**
         * @description A comparison side by side: what the engines disagree about, and the evidence that they cite, disputed first.
         *
         *     `evidenceDigest` is the SHA-256 of the evidence that all of them got, null until it is collected.
         */
        ComparisonData: {
            /** Format: uuid */
            id: string;
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            /** Format: date */
            date: string;
            analysts: string[];
            researchDepth: number;
            /** @enum {string} */
            status: "completed" | "error" | "queued" | "running";
            progress: number;
            engines: components["schemas"]["ComparedEngineData"][];
            /** @description US dollars that all engines may cost together; null where there is no upper bound */
            maxCost: number | null;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /** @description US dollars so far; null where it is not known */
            cost: number | null;
            disagreements: components["schemas"]["DisagreementData"][];
            evidence: components["schemas"]["CitedEvidenceData"][];
            evidenceCount: number;
            evidenceDigest: string | null;
            sources: string[];
        };
        /** @description One analysis of a comparison that was launched; `estimatedTime` in seconds. */
        ComparisonLaunchData: {
            engine: string;
            /** Format: uuid */
            analysisId: string;
            /** @enum {string} */
            status: "completed" | "error" | "queued" | "running";
            estimatedTime: number;
            queuePosition: number;
        };
        /** @description A comparison and how far it is. `date` is the analysed day; `evidence` counts the pieces of its one snapshot. */
        ComparisonSummaryData: {
            /** Format: uuid */
            id: string;
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            /** Format: date */
            date: string;
            analysts: string[];
            researchDepth: number;
            /** @enum {string} */
            status: "completed" | "error" | "queued" | "running";
            progress: number;
            engines: components["schemas"]["ComparedEngineData"][];
            /** @description US dollars that all engines may cost together; null where there is no upper bound */
            maxCost: number | null;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
        };
        /** @description A comparison that was launched, with an analysis for each engine. */
        ComparisonTicketData: {
            /** Format: uuid */
            comparisonId: string;
            analyses: components["schemas"]["ComparisonLaunchData"][];
            /** @description US dollars that all engines may cost together; null where there is no upper bound */
            maxCost: number | null;
        };
        /** @description A page of comparisons, newest first. */
        ComparisonsData: {
            comparisons: components["schemas"]["ComparisonSummaryData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description What the caller holds; the same request with `"confirm": true` in its body succeeds. */
        Confirmation: {
            /** @constant */
            confirmable: true;
            symbol: string;
            /**
             * Format: double
             * @description Units held
             */
            held: number;
        };
        /** @description A channel to create. */
        CreateNoticeChannelRequest: {
            /**
             * @description The URL of a service as Apprise writes it, with one recipient; it is not shown again
             * @example tgram://BOT_TOKEN/CHAT_ID
             */
            url: string;
            /** @description Kinds of alerts, and what is no alert but may be news; each at most once */
            kinds: ("analysis_complete" | "order_filled" | "order_cancelled" | "order_overfilled" | "order_filled_late" | "level_crossed" | "exit_filled" | "exits_ended" | "position_differs" | "recommendation_issued" | "recommendation_superseded" | "recommendation_expired" | "decision_changed" | "price_alert" | "digest_ready" | "job_failed" | "position_split" | "dividend_paid" | "price_jumped" | "source_refused" | "webhook_failed" | "schedule_failed" | "notice_failed")[];
            /** @description What it is called; the name of the service by default */
            name?: string | null;
            quietHours?: components["schemas"]["QuietHoursRequest"] | null;
        };
        /** @description A price alert to create. */
        CreatePriceAlertRequest: {
            /**
             * @example NVDA
             * @example BTC-USD
             */
            symbol: string;
            /** @description By default crypto for pairs such as BTC-USD */
            assetType?: ("equity" | "crypto") | null;
            /**
             * @description above, below: the price reaches a level; moves: it is so many percent above or below the close of the day before
             * @enum {string}
             */
            condition: "above" | "below" | "moves";
            /** @description A price in the currency of the symbol, or a percentage from 0.1 to 1000 */
            value: number;
            /** @description Comes with the message */
            note?: string | null;
            /** @description The last day whose prices count; no end without it */
            expiresOn?: string | null;
        };
        /** @description A schedule to create: its times and what it does. */
        CreateScheduleRequest: {
            name: string;
            /** @description Either this or `close` */
            cron?: components["schemas"]["CronRequest"] | null;
            close?: components["schemas"]["CloseRequest"] | null;
            /** @description Either this or `digest` */
            analyses?: components["schemas"]["ScheduledAnalysesRequest"] | null;
            digest?: components["schemas"]["ScheduledDigestRequest"] | null;
            /** @description How late a missed run is made up; 6 by default */
            catchUpHours?: number | null;
            /** @description Whether it runs; false pauses it */
            enabled?: boolean | null;
        };
        /** @description A personal token to create. */
        CreateTokenRequest: {
            /** @description What the token is for */
            name: string;
            /** @description Each at most once. `feed` alone is for the address of a feed reader: it opens nothing else */
            scopes: ("read" | "launch" | "trade" | "admin" | "feed")[];
            /** @description Days until the token expires; without it, it does not */
            expiresInDays?: number | null;
        };
        /** @description An account to create. */
        CreateUserRequest: {
            email: string;
            /** @description Not a common one */
            password: string;
            /** @description By default the part of the address before the @ */
            name?: string | null;
            /** @description By default read, launch and trade */
            scopes?: ("read" | "launch" | "trade" | "admin")[] | null;
        };
        /** @description A watchlist to create; as `text/csv`, a file with one symbol a line, and its name in the query. */
        CreateWatchlistRequest: {
            name?: string | null;
            assets?: components["schemas"]["AssetRequest"][] | null;
        };
        /** @description A webhook to create. */
        CreateWebhookRequest: {
            /** @description Where events are posted to; https in production, and on the public internet */
            url: string;
            /** @description Names of the events of `GET /api/events`, each at most once */
            kinds: ("analysis_complete" | "analysis_error" | "recommendation_issued" | "recommendation_superseded" | "recommendation_expired" | "recommendation_executed" | "recommendation_rejected" | "level_crossed" | "order_filled" | "order_cancelled" | "order_alert" | "digest_ready" | "schedule_ran" | "price_alert" | "alert" | "analysis_progress" | "analysis_step")[];
        };
        /** @description A new personal token; `token` is its text, which is shown this once. */
        CreatedTokenData: {
            id: string;
            name: string;
            scopes: ("admin" | "feed" | "launch" | "read" | "trade")[];
            token: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            expiresAt?: string;
        };
        /** @description The times of a cron expression in a time zone. */
        CronData: {
            expression: string;
            timeZone: string;
        };
        /** @description The times of a cron expression. */
        CronRequest: {
            /**
             * @description Minute, hour, day of month, month, day of week; `0 8 * * 1-5` is eight on weekdays
             * @example 0 8 * * 1-5
             */
            expression: string;
            /**
             * @description An IANA name
             * @example Europe/Berlin
             * @example UTC
             */
            timeZone: string;
        };
        /** @description The daily value of one unit of money. */
        CurveData: {
            /** Format: double */
            totalReturn: number;
            sharpeRatio: number | null;
            /** Format: double */
            maxDrawdown: number;
            /** Format: double */
            exposure: number;
            days: string[];
            worth: number[];
        };
        /** @description The whole debate. */
        DebateData: {
            rounds: components["schemas"]["RoundData"][];
            finalVerdict: string;
        };
        /**
         * @description What the engine thinks, what its record shows, and what is offered.
         *
         *     `action` and `confidence` are the view of the engine. `calibratedConfidence` and `edge` are what the record of its
         *     engine said when the analysis was completed; `advisory` names the record, and says why one of them is null. With
         *     `needsReview`, a reason, its output did not hold: such a HOLD is never acted on.
         */
        DecisionData: {
            symbol: string;
            /** @enum {string} */
            action: "BUY" | "HOLD" | "SELL";
            /** Format: double */
            confidence: number;
            /**
             * Format: double
             * @description Percent of the portfolio
             */
            positionSize: number;
            /** Format: double */
            entryPrice: number;
            /** Format: double */
            stopLoss: number;
            /** Format: double */
            takeProfit: number;
            reasoning: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /** @description Ten times the share of such decisions that gained, 0 to 10 like `confidence` */
            calibratedConfidence: number | null;
            edge: components["schemas"]["EdgeData"] | null;
            /** @description What the track record of the engine says about such decisions */
            advisory: string;
            needsReview?: string;
            /** @description Whether a recommendation was issued for it */
            executable?: boolean;
            /** @description Why it is not executable */
            reason?: string;
        };
        /** @description What the decisions returned; ratios over fewer than five scored decisions are null. */
        DecisionMetricsData: {
            decisions: number;
            actions: {
                [key: string]: number;
            };
            scored: number;
            winRate: number | null;
            avgReturn: number | null;
            avgConfidence: number | null;
            sharpeRatio: number | null;
        };
        /** @description One thing wrong with one field, by its path in what was sent. */
        Detail: {
            field: string;
            message: string;
        };
        /**
         * @description How many items and stories a report has.
         *
         *     `considered` is `reported + grouped + alreadyDelivered + belowThreshold`; `tooOld` arrived too late for it.
         */
        DigestCountsData: {
            considered: number;
            reported: number;
            grouped: number;
            alreadyDelivered: number;
            belowThreshold: number;
            stories: number;
            newStories: number;
            updates: number;
            tooOld: number;
        };
        /**
         * @description A digest that was requested for the reader `userId`.
         *
         *     `id` is its `job_id` of `/analyze`; `itemsProcessed` counts the items that its report considered.
         */
        DigestData: {
            id: string;
            userId: string;
            hours: number;
            /** @enum {string} */
            status: "completed" | "failed" | "queued" | "running";
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            itemsProcessed: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            startedAt?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            completedAt?: string;
            error?: string;
        };
        /** @description A digest with its report in Markdown and its counts, which are there once it is completed. */
        DigestReportData: {
            id: string;
            userId: string;
            hours: number;
            /** @enum {string} */
            status: "completed" | "failed" | "queued" | "running";
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            itemsProcessed: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            startedAt?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            completedAt?: string;
            error?: string;
            report?: string;
            counts?: components["schemas"]["DigestCountsData"];
        };
        /** @description A page of digests, newest first. */
        DigestsData: {
            digests: components["schemas"]["DigestData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /**
         * @description A subject on which engines differ, with the answer of each that has one.
         *
         *     `subject` is action, debate, or an analyst; answers to the latter are bullish, bearish or neutral.
         */
        DisagreementData: {
            subject: string;
            answers: {
                [key: string]: string;
            };
        };
        /** @description What was found at the address: the kind of document, its entries, and some of the newest. */
        DiscoveryData: {
            format: string;
            title: string;
            entries: number;
            dated: number;
            samples: components["schemas"]["SampleData"][];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            newestItemAt?: string;
            warning?: string;
            mapping?: components["schemas"]["MappingData"];
        };
        /**
         * @description What a record shows beyond chance; rates in percent, `skill` in percentage points.
         *
         *     `hitRate` is the share of scored decisions that gained, `baseRate` what the same plans would have had on any day,
         *     and `skill` the difference. Brier scores are out of sample: fitted on other symbols and earlier outcomes only. What
         *     is null is explained by `missing`.
         */
        EdgeData: {
            /** @description Whether the whole interval of `skill` lies above 0 */
            shown: boolean;
            advisory: string;
            decisions: number;
            scored: number;
            /** @description Decisions with an outcome, which are no HOLD, in percent */
            tradedShare: number | null;
            weeks: number;
            horizonWeeks: number;
            /** @description Variants tried on these days; intervals are widened for them */
            variants: number;
            hitRate: number | null;
            /** @description The hit rate with its bounds */
            hitInterval: components["schemas"]["IntervalData"] | null;
            baseRate: number | null;
            skill: components["schemas"]["IntervalData"] | null;
            predicted: number;
            brierRaw: number | null;
            brierCalibrated: number | null;
            brierBase: number | null;
            brierSkill: number | null;
            brierGain: components["schemas"]["IntervalData"] | null;
            missing: string;
        };
        /**
         * @description What makes analyses, by the name that `config.engine` takes.
         *
         *     `agents` are those of an analysis with every analyst. `reason` says why an engine is not available here. `record`
         *     is null for an engine that has completed no analysis.
         */
        EngineData: {
            name: string;
            version: string;
            available: boolean;
            /** @description Whether its analyses are billed; null while it cannot be opened */
            paid: boolean | null;
            agents: string[];
            record: components["schemas"]["RecordData"] | null;
            reason?: string;
        };
        /** @description The engines of this installation. */
        EnginesData: {
            engines: components["schemas"]["EngineData"][];
        };
        /**
         * @description What went wrong: `code` for programs, `message` for people.
         *
         *     `details` are the fields that are wrong, or what a confirmation is about.
         */
        Error: {
            code: components["schemas"]["ErrorCode"];
            message: string;
            details?: components["schemas"]["Detail"][] | components["schemas"]["Confirmation"];
            requestId?: string;
        };
        /**
         * @description What went wrong, for programs. Codes stay; new versions may add some.
         * @enum {string}
         */
        ErrorCode: "body_too_large" | "body_too_slow" | "changed_meanwhile" | "confirmation_needed" | "headers_too_large" | "idempotency_key_reused" | "illegal_move" | "internal_error" | "invalid_input" | "malformed_request" | "method_not_allowed" | "no_such_route" | "not_allowed" | "not_found" | "not_ready" | "not_signed_in" | "over_budget" | "path_too_long" | "queue_full" | "request_in_progress" | "spending_limit_reached" | "too_many_requests" | "unavailable" | "unsupported_media_type" | "upgrade_required";
        /** @description One thing that was known; reports and arguments cite it by `id`. */
        EvidenceData: {
            id: string;
            topic: string;
            statement: string;
            /** Format: date */
            asOf: string;
            source: string;
            digest: string;
            /** Format: double */
            value?: number;
            unit?: string;
            /** @description What the source says beyond it, such as a summary */
            detail?: string;
        };
        /** @description How a recommendation is executed. */
        ExecuteRequest: {
            /** @description Trade also where the symbol was traded less than a minute ago, or on the same evidence */
            confirm?: boolean;
            /** @description bracket places the stop and the target of a purchase with the order; watch raises an alert when one is reached. Without it, the server decides */
            exits?: ("bracket" | "watch") | null;
        };
        /** @description What became of the order; pending while the broker has it and it is not filled, then without time and price. */
        ExecutionData: {
            orderId: string;
            /** @enum {string} */
            status: "executed" | "pending";
            executedAt: string | null;
            executionPrice: number | null;
            message: string;
            /** Format: double */
            quantity: number;
            /** Format: double */
            fee: number;
        };
        /** @description The stop and the target of an order, of which one is executed. */
        ExitsData: {
            /**
             * Format: double
             * @description A market order sells once the price has fallen to it
             */
            stopPrice: number;
            /**
             * Format: double
             * @description A limit order sells at this price or a better one
             */
            targetPrice: number;
        };
        /** @description The envelope of an error. */
        Failed: {
            /** @constant */
            success: false;
            error: components["schemas"]["Error"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /**
         * @description Where JSON of its own kind holds its entries and their fields: keys joined by dots, such as `data.results`.
         *
         *     A number among the keys is a place in a list, from 0. A field may be put together from several, with keys in braces:
         *     `https://example.com/news/{id}`, `{company.name} files {form}`. It is empty where one of them is. What comes into
         *     the braces of `url` is escaped.
         */
        FieldMappingRequest: {
            /** @description The list of entries, such as `data.results`; by default the document itself. Of lists on the way, every element counts */
            entries?: string;
            /** @description The headline, such as `attributes.headline` or `{company} files {form}` */
            title?: string;
            /** @description The text */
            summary?: string | null;
            /** @description The address, absolute or of the same site, such as `link` or `https://example.com/news/{id}` */
            url?: string | null;
            /** @description What identifies an entry, if its address does not */
            guid?: string | null;
            /** @description The time of publication, in any notation that feeds use, or in seconds or milliseconds since 1970 */
            publishedAt?: string | null;
        };
        /** @description What the identity provider returned, and what the sign-in began with. */
        FinishProviderLoginRequest: {
            code: string;
            state: string;
            login: string;
            /** @description As for a login with a password */
            rotateRefreshToken?: boolean;
            /** @description As for a login with a password */
            cookie?: boolean;
        };
        /** @description An answer of a language model that did not hold as it came; `faults` say why it could not be used. */
        FlawedAnswerData: {
            agent: string;
            /** @description Its beginning, as the model wrote it and unchecked */
            text: string;
            repairs: string[];
            /** @description Statements that the cited evidence does not support */
            dropped: number;
            faults: string[];
        };
        /** @description The record of one engine with one version and model, which `label` names as `metadata.engine` does. */
        GroupData: {
            analyses: number;
            scored: number;
            hitRate: number | null;
            hitRateLow: number | null;
            hitRateHigh: number | null;
            averageReturn: number | null;
            brierScore: number | null;
            costPerAnalysis: number | null;
            engine: string;
            label: string;
        };
        /**
         * @description Whether the process answers; what it runs, unless that is kept private.
         *
         *     `data` says where prices come from, `goLive` is a command that starts a server with live ones. `identityProvider` is
         *     the host of the provider by which people can sign in.
         */
        HealthData: {
            /** @enum {string} */
            status: "ok";
            version?: string;
            engine?: string;
            data?: string;
            goLive?: string;
            identityProvider?: string;
        };
        /** @description A page of past decisions; with `groupBy=engine`, the record of each engine and model over all pages. */
        HistoryData: {
            analyses: components["schemas"]["PastData"][];
            metrics: components["schemas"]["MetricsData"];
            pagination: components["schemas"]["PaginationData"];
            groups?: components["schemas"]["GroupData"][];
        };
        /** @description Positions that were imported, and those of the same list that had been before. */
        ImportData: {
            imported: number;
            skipped: number;
        };
        /** @description Positions that were bought elsewhere; as `text/csv`, a table with the columns symbol, quantity and price. */
        ImportRequest: {
            positions?: components["schemas"]["PositionRequest"][] | null;
        };
        /** @description The interests of an account. Empty lists and absent fields restrict nothing. */
        InterestsData: {
            assets: string[];
            categories: string[];
            excludedWords: string[];
            minScore: number;
            sourceWeights: {
                [key: string]: number;
            };
            maxStories?: number;
            language?: string;
        };
        /** @description What the readers of an account want of the news; what is left out is not restricted. */
        InterestsRequest: {
            /** @description Only stories about one of these: names, tickers, `$ON` */
            assets?: string[] | null;
            /** @description Only stories of these sections, besides those about `assets` */
            categories?: ("Regulation & Legal" | "Markets & Flows" | "Security & Incidents" | "Exchanges & Listings" | "Protocols & Upgrades" | "Macro" | "Whales & Treasuries" | "Other")[] | null;
            /** @description No stories with one of these in a headline */
            excludedWords?: string[] | null;
            /** @description The least score of a new story */
            minScore?: number | null;
            /** @description The most new stories of a digest */
            maxStories?: number | null;
            /** @description Points for stories of a source, by its name */
            sourceWeights?: {
                [key: string]: number;
            } | null;
            /** @description The language in which a model edits digests */
            language?: ("de" | "en" | "es" | "fr" | "it" | "ja" | "ko" | "nl" | "pl" | "pt" | "tr" | "zh") | null;
        };
        /** @description An estimate and the bounds of its 95 % interval. */
        IntervalData: {
            /** Format: double */
            estimate: number;
            /** Format: double */
            low: number;
            /** Format: double */
            high: number;
        };
        /** @description An analysis to launch. */
        LaunchAnalysisRequest: {
            /**
             * @description Ticker or crypto pair; case does not matter
             * @example NVDA
             * @example BTC-USD
             */
            symbol: string;
            /** @enum {string} */
            assetType: "equity" | "crypto";
            /**
             * Format: date
             * @description The day to analyse, not in the future
             */
            date: string;
            /** @description Each at most once */
            analysts: ("technical" | "sentiment" | "news" | "fundamentals")[];
            config: components["schemas"]["AnalysisConfig"];
        };
        /** @description A backtest to launch. */
        LaunchBacktestRequest: {
            /** @description Each once; pairs such as BTC-USD are crypto */
            symbols: string[];
            /**
             * Format: date
             * @description First day to decide on
             */
            from: string;
            /**
             * Format: date
             * @description Last day to decide on, not in the future
             */
            to: string;
            /**
             * @description Decides on the last trading day of each
             * @enum {string}
             */
            every?: "day" | "week" | "month";
            /** @description A name that GET /api/engines lists; one that bills nothing, unless answers are recorded */
            engine?: string;
            /**
             * @description recorded: the engine thinks with recorded answers, which the server has to replay
             * @enum {string}
             */
            mode?: "live" | "recorded";
            /** @description By default all */
            analysts?: ("technical" | "sentiment" | "news" | "fundamentals")[];
            /** @description Rounds of debate */
            researchDepth?: number;
            /** @description The model */
            llmModel?: string;
        };
        /** @description An analysis to launch with several engines; `config` names none. */
        LaunchComparisonRequest: {
            /**
             * @description Ticker or crypto pair; case does not matter
             * @example NVDA
             * @example BTC-USD
             */
            symbol: string;
            /** @enum {string} */
            assetType: "equity" | "crypto";
            /**
             * Format: date
             * @description The day to analyse, not in the future
             */
            date: string;
            /** @description Each at most once */
            analysts: ("technical" | "sentiment" | "news" | "fundamentals")[];
            config: components["schemas"]["AnalysisConfig"];
            /** @description Names that GET /api/engines lists, each once */
            engines: string[];
            /** @description US dollars; refused where the engines may cost more together, so that nothing is launched */
            maxCost?: number | null;
        };
        /** @description What a run has launched: the id of an analysis, a comparison or a digest. */
        LaunchedData: {
            id: string;
            symbol?: string;
        };
        /** @description A symbol of the market; `name` is the symbol where the source gives no name. */
        ListingData: {
            symbol: string;
            name: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            currency?: string;
            exchange?: string;
        };
        /** @description A sign-in; `expiresIn` in seconds. `refreshToken` is empty where a cookie keeps it. */
        LoginData: {
            token: string;
            refreshToken: string;
            expiresIn: number;
            user: components["schemas"]["UserData"];
        };
        /** @description Who signs in. */
        LoginRequest: {
            email: string;
            password: string;
            /** @description Exchange the refresh token at each refresh; a spent one that comes back ends the sign-in */
            rotateRefreshToken?: boolean;
            /** @description For pages of this server: a cookie that no script can read keeps the refresh token */
            cookie?: boolean;
        };
        /** @description A sign-in that is over, if it was one. */
        LogoutData: {
            /** @constant */
            signedOut: true;
        };
        /** @description An account as its administrators see it. */
        ManagedUserData: {
            id: string;
            email: string;
            name: string;
            scopes: ("admin" | "feed" | "launch" | "read" | "trade")[];
            disabled: boolean;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
        };
        /** @description Where JSON of its own kind holds its entries and their fields. */
        MappingData: {
            entries: string;
            title: string;
            summary?: string;
            url?: string;
            guid?: string;
            publishedAt?: string;
        };
        /**
         * @description How a result came about. `synthetic`: a generated price series was used, and the sources say which.
         *
         *     `engine` is the engine in words, `engineName` the name by which a launch chooses it. `usage` is there when language
         *     models were used. `quotedAgents` are those with text of another system; `ungroundedNumbers` counts the numbers
         *     in it that no evidence holds.
         */
        MetadataData: {
            symbol: string;
            /** Format: date */
            date: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            completedAt: string;
            /** @description Seconds, to the millisecond */
            duration: number;
            analystsUsed: string[];
            engine: string;
            dataSources: string[];
            synthetic: boolean;
            engineName?: string;
            /** @description Whether a model of it may have read what came after the day */
            inSample?: boolean;
            usage?: components["schemas"]["TotalUsageData"];
            /** @description Agents of which an answer stayed unusable; the others went on */
            silentAgents?: string[];
            /** @description What was put right in answers, and how often */
            repairs?: {
                [key: string]: number;
            };
            flawedAnswers?: components["schemas"]["FlawedAnswerData"][];
            quotedAgents?: string[];
            ungroundedNumbers?: number;
        };
        /**
         * @description What the rows that the query covers amount to, on all pages, with the returns that they show.
         *
         *     Null without a return; `hidden` of the rows are left out of the pages and counted here.
         */
        MetricsData: {
            totalAnalyses: number;
            winRate: number | null;
            avgReturn: number | null;
            avgConfidence: number | null;
            sharpeRatio: number | null;
            /** @description Decisions with a return, over which the ratios are */
            sampleSize: number;
            hidden: number;
            scored: components["schemas"]["ScoredMetricsData"];
        };
        /**
         * @description A language model, by the names that `config.llmProvider` and `config.llmModel` take.
         *
         *     `reason` says why it is not available here. `cutoff` is the last day that it has read about, as far as is known and
         *     mostly not verified: analyses of earlier days prove nothing about it.
         */
        ModelData: {
            name: string;
            provider: string;
            available: boolean;
            /** @description Whether launches that name no model use it */
            default: boolean;
            reason?: string;
            price?: components["schemas"]["TokenPriceData"];
            /** Format: date */
            cutoff?: string;
        };
        /** @description The language models of this installation; without any, analyses are made by rules. */
        ModelsData: {
            models: components["schemas"]["ModelData"][];
        };
        /** @description What went wrong, in a sentence. */
        NewsError: {
            detail: string;
        };
        /** @description One thing wrong with one field: what kind, where, why, and what was sent there. */
        NewsFault: {
            type: string;
            loc: (string | number)[];
            msg: string;
            input: unknown;
            ctx?: Record<string, never>;
        };
        /** @description Everything wrong with a body. */
        NewsFaults: {
            detail: components["schemas"]["NewsFault"][];
        };
        /** @description What a run could not launch, and why; without a symbol, all of it. */
        NotLaunchedData: {
            reason: string;
            symbol?: string;
        };
        /**
         * @description A service through which notices are sent. Its URL has secrets, and is not shown.
         *
         *     `nextSendAt` is when what waits is sent; `failingSince` the first failed attempt since the last success.
         */
        NoticeChannelData: {
            id: string;
            name: string;
            service: string;
            kinds: ("analysis_complete" | "decision_changed" | "digest_ready" | "dividend_paid" | "exit_filled" | "exits_ended" | "job_failed" | "level_crossed" | "notice_failed" | "order_cancelled" | "order_filled" | "order_filled_late" | "order_overfilled" | "position_differs" | "position_split" | "price_alert" | "price_jumped" | "recommendation_expired" | "recommendation_issued" | "recommendation_superseded" | "schedule_failed" | "source_refused" | "webhook_failed")[];
            enabled: boolean;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            quietHours?: components["schemas"]["QuietHoursData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            nextSendAt?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            sentAt?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            failingSince?: string;
        };
        /** @description A page of channels, newest first. */
        NoticeChannelsData: {
            channels: components["schemas"]["NoticeChannelData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description One thing that a channel tells. One that is `unknown` may have arrived, and is not sent again. */
        NoticeData: {
            id: string;
            /** @enum {string} */
            kind: "analysis_complete" | "decision_changed" | "digest_ready" | "dividend_paid" | "exit_filled" | "exits_ended" | "job_failed" | "level_crossed" | "notice_failed" | "order_cancelled" | "order_filled" | "order_filled_late" | "order_overfilled" | "position_differs" | "position_split" | "price_alert" | "price_jumped" | "recommendation_expired" | "recommendation_issued" | "recommendation_superseded" | "schedule_failed" | "source_refused" | "webhook_failed";
            text: string;
            /** @enum {string} */
            state: "failed" | "sending" | "sent" | "unknown" | "waiting";
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            sentAt?: string;
            error?: string;
        };
        /** @description What came of a message; one that is `unknown` may have arrived. */
        NoticeTestData: {
            /** @enum {string} */
            result: "refused" | "sent" | "unknown";
            error?: string;
        };
        /** @description A page of notices, newest first. */
        NoticesData: {
            notices: components["schemas"]["NoticeData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description An order at the broker. It is over once `endedAt` is there; `filled` units of `quantity` were traded. */
        OrderData: {
            id: string;
            /** Format: uuid */
            recommendationId: string;
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /** Format: double */
            quantity: number;
            /** Format: double */
            filled: number;
            /**
             * Format: double
             * @description The worst price of a unit; the target of an order that `closes` another one
             */
            limitPrice: number;
            /**
             * @description pending: being submitted; accepted: open at the broker; cancelling: the broker was told to end it; filled: ended with units traded; refused, cancelled: ended with none; unknown: the broker does not know it
             * @enum {string}
             */
            status: "accepted" | "cancelled" | "cancelling" | "filled" | "pending" | "refused" | "unknown";
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * Format: double
             * @description Average over all fills
             */
            averagePrice?: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            endedAt?: string;
            reason?: string;
            exits?: components["schemas"]["ExitsData"];
            /** @description The id of the purchase that an exit order sells again */
            closes?: string;
        };
        /** @description A page of orders, newest first. */
        OrdersData: {
            orders: components["schemas"]["OrderData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description What a decision returned; `reason` is what ended it: its stop, its target, or the horizon. */
        OutcomeData: {
            /** Format: date */
            enteredOn: string;
            /** Format: double */
            entryPrice: number;
            /** Format: date */
            leftOn: string;
            /** Format: double */
            exitPrice: number;
            /** @enum {string} */
            reason: "horizon" | "stop" | "target";
            /** Format: double */
            actualReturn: number;
            /** Format: double */
            fees: number;
            benchmarkReturn: number | null;
        };
        /** @description The envelope of a list that is paged where the request says so; `pagination` is there then. */
        PageListRecommendationData: {
            /** @constant */
            success: true;
            data: components["schemas"]["RecommendationData"][];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
            pagination?: components["schemas"]["PaginationData"];
        };
        /** @description Where in the whole a page is. */
        PaginationData: {
            total: number;
            page: number;
            pageSize: number;
            hasNext: boolean;
        };
        /**
         * @description One past decision. Returns are in percent, direction-aware and after fees.
         *
         *     `actualReturn` is the return so far, and the final one once `scored`; null for a HOLD and before the first price
         *     after the decision. `returnPercent` equals it. `horizonReturn` is the final one, null until the horizon has passed.
         */
        PastData: {
            /** Format: uuid */
            id: string;
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            /** @enum {string} */
            action: "BUY" | "HOLD" | "SELL";
            /** Format: double */
            confidence: number;
            /** Format: date */
            date: string;
            actualReturn: number | null;
            returnPercent: number | null;
            horizonReturn: number | null;
            /** @description Whether the return is final: after the horizon, a stop or a target */
            scored: boolean;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * @description Whether a model may have read what came after the day; it counts for no record then
             * @default false
             */
            inSample: boolean;
        };
        /** @description Time-weighted returns in percent, up to the newest price; 0 for an account that is younger than one. */
        PerformanceData: {
            /** Format: double */
            daily: number;
            /** Format: double */
            weekly: number;
            /** Format: double */
            monthly: number;
            /** Format: double */
            yearly: number;
        };
        /** @description A portfolio at the end of a day. */
        PointData: {
            /** Format: date */
            date: string;
            /** Format: double */
            value: number;
            /** Format: double */
            cash: number;
            /**
             * Format: double
             * @description The first value, grown as the benchmark
             */
            benchmark?: number;
        };
        /** @description All that the caller has. Totals leave out positions without a price; `unpriced` names them. */
        PortfolioData: {
            userId: string;
            /**
             * Format: double
             * @description cash plus every currentValue
             */
            totalValue: number;
            /**
             * Format: double
             * @description totalValue - netDeposits
             */
            totalReturn: number;
            /**
             * Format: double
             * @description totalReturn in percent of netDeposits
             */
            totalReturnPercent: number;
            positions: components["schemas"]["PositionData"][];
            performance: components["schemas"]["PerformanceData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            updatedAt: string;
            /** Format: double */
            cash: number;
            /**
             * Format: double
             * @description What came in less what went out, unpriced positions left out
             */
            netDeposits: number;
            /** Format: double */
            realizedReturn: number;
            /** Format: double */
            fees: number;
            unpriced: string[];
        };
        /** @description The value of a portfolio over time, oldest first. */
        PortfolioHistoryData: {
            points: components["schemas"]["PointData"][];
        };
        /** @description Units held of one asset. What depends on a price is null while there is none: unknown, which is not zero. */
        PositionData: {
            id: string;
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            /** Format: double */
            quantity: number;
            /**
             * Format: double
             * @description Average cost of a unit, without fees
             */
            avgEntryPrice: number;
            currentPrice: number | null;
            currentValue: number | null;
            returnPercent: number | null;
            returnAbsolute: number | null;
            /**
             * @description alert: stop or target reached, or a fresh SELL; review: not analysed lately; else hold
             * @enum {string}
             */
            aiStatus: "alert" | "hold" | "review";
            priceDate: string | null;
            priceSource: string | null;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            lastAnalyzedAt?: string;
        };
        /** @description A position that was bought elsewhere. */
        PositionRequest: {
            /**
             * @example NVDA
             * @example BTC-USD
             */
            symbol: string;
            /** @description Units, above 0 */
            quantity: number;
            /** @description Average cost of a unit, above 0 */
            price: number;
            /** @description By default crypto for pairs such as BTC-USD */
            assetType?: ("equity" | "crypto") | null;
        };
        /**
         * @description What its user wants to be told about a price, once.
         *
         *     `price` is the newest one when it was made, of the day `priceDate`. A level is on the basis of the shares of that
         *     day: once these were split, `adjustedValue` is the level on the basis of today.
         */
        PriceAlertData: {
            id: string;
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            /** @enum {string} */
            condition: "above" | "below" | "moves";
            /** Format: double */
            value: number;
            /** @enum {string} */
            state: "active" | "expired" | "triggered";
            /** Format: double */
            price: number;
            /** Format: date */
            priceDate: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            currency?: string;
            /** Format: double */
            adjustedValue?: number;
            note?: string;
            /** Format: date */
            expiresOn?: string;
            trigger?: components["schemas"]["TriggerData"];
        };
        /** @description A page of price alerts, newest first. */
        PriceAlertsData: {
            priceAlerts: components["schemas"]["PriceAlertData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description How far all agents are; `currentAgent` is empty when none is at work. */
        ProgressData: {
            currentAgent: string;
            completedAgents: string[];
            overallPercent: number;
            agents: components["schemas"]["AgentData"][];
        };
        /** @description Hours of each day in which nothing is sent. */
        QuietHoursData: {
            begin: string;
            end: string;
            timeZone: string;
        };
        /** @description Hours of each day in which nothing is sent; what happens meanwhile comes in one message when they end. */
        QuietHoursRequest: {
            /**
             * @description Hour and minute
             * @example 22:00
             */
            begin: string;
            /**
             * @description Hour and minute, of the next day where it is before `begin`
             * @example 22:00
             */
            end: string;
            /**
             * @description An IANA name
             * @example Europe/Berlin
             * @example UTC
             */
            timeZone: string;
        };
        /** @description What a completed analysis recommends; `positionSize` in percent of the portfolio. */
        RecommendationData: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            analysisId: string;
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            /** @enum {string} */
            action: "BUY" | "HOLD" | "SELL";
            /** Format: double */
            confidence: number;
            /** Format: double */
            positionSize: number;
            /** Format: double */
            entryPrice: number;
            /** Format: double */
            stopLoss: number;
            /** Format: double */
            takeProfit: number;
            reasoning: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            expiresAt: string;
            /** @enum {string} */
            status: "executed" | "expired" | "pending" | "rejected";
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            endedAt?: string;
            reason?: string;
            /** Format: uuid */
            supersededBy?: string;
        };
        /**
         * @description The record of an engine. Ratios are over the `scored` decisions, whose horizon has passed; null without any.
         *
         *     The hit rate, in percent after fees, stands with its 95 % interval. `brierScore` is that of the confidence taken as
         *     a probability, 0 at best. `costPerAnalysis` is in US dollars.
         */
        RecordData: {
            analyses: number;
            scored: number;
            hitRate: number | null;
            hitRateLow: number | null;
            hitRateHigh: number | null;
            averageReturn: number | null;
            brierScore: number | null;
            costPerAnalysis: number | null;
        };
        /** @description Another access token; `refreshToken` only where the old one was exchanged. */
        RefreshData: {
            token: string;
            expiresIn: number;
            refreshToken?: string;
        };
        /** @description A refresh token, or the cookie that keeps it. */
        RefreshRequest: {
            refreshToken?: string;
            /**
             * @description For pages of this server: a cookie that no script can read keeps the refresh token
             * @constant
             */
            cookie?: true;
        };
        /** @description A recommendation that nothing will come of. */
        RejectionData: {
            /** @enum {string} */
            status: "rejected";
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            rejectedAt: string;
        };
        /** @description The token of a password reset, and the next password. */
        ResetPasswordRequest: {
            /** @description As `tradecore users reset` printed */
            token: string;
            /** @description Not a common one */
            new: string;
        };
        /** @description Everything a completed analysis has to say. */
        ResultData: {
            /** Format: uuid */
            id: string;
            decision: components["schemas"]["DecisionData"];
            reports: {
                [key: string]: string;
            };
            debate: components["schemas"]["DebateData"];
            riskAssessment: components["schemas"]["RiskData"];
            metadata: components["schemas"]["MetadataData"];
            evidence: components["schemas"]["EvidenceData"][];
        };
        /** @description Computed risk; `maxDrawdown` in percent; `beta` where there is a benchmark. */
        RiskData: {
            /** @enum {string} */
            volatility: "high" | "low" | "moderate";
            /** Format: double */
            maxDrawdown: number;
            /** @enum {string} */
            liquidity: "excellent" | "high" | "low" | "moderate";
            concerns: string[];
            /** Format: double */
            beta?: number;
        };
        /** @description One round of the debate. */
        RoundData: {
            roundNumber: number;
            bullArgument: string;
            bearArgument: string;
            judgeDecision: string;
        };
        /** @description An entry of a source, as it was read. */
        SampleData: {
            title: string;
            url?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            publishedAt?: string;
        };
        /**
         * @description A schedule. `nextRunAt` is there while it is enabled, `disabledReason` where nobody has paused it.
         *
         *     `missedRuns` counts the times at which no server was there, without the newest that was made up.
         */
        ScheduleData: {
            id: string;
            name: string;
            enabled: boolean;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            catchUpHours: number;
            missedRuns: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            nextRunAt?: string;
            disabledReason?: string;
            cron?: components["schemas"]["CronData"];
            close?: components["schemas"]["CloseData"];
            analyses?: components["schemas"]["ScheduledAnalysesData"];
            digest?: components["schemas"]["ScheduledDigestData"];
        };
        /**
         * @description One time of a schedule. It has `failed` if anything could not be launched.
         *
         *     `waitingFor` is why a pending run could not launch the rest yet.
         */
        ScheduleRunData: {
            id: string;
            /** @enum {string} */
            state: "completed" | "failed" | "pending";
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            dueAt: string;
            launched: components["schemas"]["LaunchedData"][];
            failures: components["schemas"]["NotLaunchedData"][];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            endedAt?: string;
            waitingFor?: string;
        };
        /** @description A page of runs, those due last before the others. */
        ScheduleRunsData: {
            runs: components["schemas"]["ScheduleRunData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description An analysis, or a comparison of the engines in `compare`, of each symbol of a watchlist or of `assets`. */
        ScheduledAnalysesData: {
            analysts: ("fundamentals" | "news" | "sentiment" | "technical")[];
            config: components["schemas"]["AnalysisConfigData"];
            issueRecommendations: boolean;
            watchlist?: string;
            assets?: components["schemas"]["AssetData"][];
            compare?: string[];
            /**
             * Format: double
             * @description US dollars of a run
             */
            maxCost?: number;
        };
        /** @description An analysis of each symbol of a watchlist, or of `assets`. */
        ScheduledAnalysesRequest: {
            /** @description The id of a watchlist, or `positions` */
            watchlist?: string | null;
            assets?: components["schemas"]["AssetRequest"][] | null;
            /** @description Each at most once */
            analysts: ("technical" | "sentiment" | "news" | "fundamentals")[];
            config: components["schemas"]["AnalysisConfig"];
            /** @description Engines: a comparison of each symbol, in place of one analysis */
            compare?: string[] | null;
            /** @description What a run may cost at most, in US dollars */
            maxCost?: number | null;
            /** @description Whether recommendations are issued */
            issueRecommendations?: boolean;
        };
        /** @description A digest of the news of the last hours for a reader. */
        ScheduledDigestData: {
            reader: string;
            hours: number;
            interests: components["schemas"]["ScheduledInterestsData"];
        };
        /** @description A digest of the news of the last hours. */
        ScheduledDigestRequest: {
            /** @description Whom each story is told once, as `user_id` of `POST /analyze` */
            reader?: string;
            /** @description The window, in hours */
            hours: number;
            /** @description What is left out is as the account has it */
            interests?: components["schemas"]["InterestsRequest"] | null;
        };
        /** @description What the schedule chooses of the news; what is left out is as the account has it. */
        ScheduledInterestsData: {
            assets?: string[];
            categories?: string[];
            excludedWords?: string[];
            minScore?: number;
            maxStories?: number;
            sourceWeights?: {
                [key: string]: number;
            };
            language?: string;
        };
        /** @description A page of schedules, newest first. */
        SchedulesData: {
            schedules: components["schemas"]["ScheduleData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description The same over decisions whose horizon has passed, created within the last `days`. */
        ScoredMetricsData: {
            days: number;
            /** @description Decisions with a return, over which the ratios are */
            sampleSize: number;
            winRate: number | null;
            avgReturn: number | null;
            avgConfidence: number | null;
            sharpeRatio: number | null;
        };
        /**
         * @description A news source and how it is doing.
         *
         *     `problem` says why it fails, or what its publisher should mend and whether nothing was new for 30 days. One without
         *     `url` is defined by the installation.
         */
        SourceData: {
            id: string;
            name: string;
            /** @enum {string} */
            health: "failing" | "unread" | "well";
            failures: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            addedAt: string;
            url?: string;
            problem?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            lastReadAt?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            newestItemAt?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            nextReadAt?: string;
        };
        /** @description A page of sources, by name. */
        SourcesData: {
            sources: components["schemas"]["SourceData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description How far an analysis is; `estimatedTimeRemaining` in seconds until it has ended. */
        StatusData: {
            /** @enum {string} */
            status: "completed" | "error" | "queued" | "running";
            progress: components["schemas"]["ProgressData"];
            symbol: string;
            /** @enum {string} */
            assetType: "crypto" | "equity";
            /** Format: date */
            date: string;
            estimatedTimeRemaining?: number;
            error?: string;
            /** @description Why the last try failed, while the analysis waits for the next one */
            waitingFor?: string;
            /** @description Only where it is expected to take more than five minutes: how long */
            notice?: string;
            /**
             * Format: uuid
             * @description Only where it is part of a comparison: its id
             */
            comparisonId?: string;
        };
        /**
         * @description What one agent said. `round` counts the rounds of the debate from 1.
         *
         *     `grounded`: each number in the text occurs in the evidence that it cites. `timestamp` is 1970 for steps of older
         *     versions.
         */
        StepData: {
            /** @description Where the events and the steps of the analysis are counted together */
            seq: number;
            agent: string;
            /** @enum {string} */
            kind: "aggressive" | "bear" | "bull" | "conservative" | "decision" | "judge" | "neutral" | "plan" | "report" | "risk" | "ruling";
            /** @description Markdown */
            text: string;
            /** @description Ids of the evidence that it cites */
            evidence: string[];
            grounded: boolean;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
            round?: number;
        };
        /** @description What the agents of an analysis have said so far, in order. */
        StepsData: {
            steps: components["schemas"]["StepData"][];
        };
        /**
         * @description What an alert is about: an `order`, a `recommendation`, an `analysis`, a `backtest`, a `digest`, a
         *     `position`, a `price_alert`, a `source`, a `webhook`, a `schedule` or a `notice_channel`.
         */
        SubjectData: {
            type: string;
            id: string;
        };
        /** @description The envelope of a success. */
        SucceededAccountData: {
            /** @constant */
            success: true;
            data: components["schemas"]["AccountData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededAddedSourceData: {
            /** @constant */
            success: true;
            data: components["schemas"]["AddedSourceData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededAlertData: {
            /** @constant */
            success: true;
            data: components["schemas"]["AlertData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededAlertsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["AlertsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededAnalysesData: {
            /** @constant */
            success: true;
            data: components["schemas"]["AnalysesData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededBacktestData: {
            /** @constant */
            success: true;
            data: components["schemas"]["BacktestData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededBacktestTicketData: {
            /** @constant */
            success: true;
            data: components["schemas"]["BacktestTicketData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededBacktestsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["BacktestsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededBarsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["BarsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededBegunLoginData: {
            /** @constant */
            success: true;
            data: components["schemas"]["BegunLoginData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededCalibrationData: {
            /** @constant */
            success: true;
            data: components["schemas"]["CalibrationData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededCashData: {
            /** @constant */
            success: true;
            data: components["schemas"]["CashData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededChangedPasswordData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ChangedPasswordData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededComparisonData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ComparisonData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededComparisonTicketData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ComparisonTicketData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededComparisonsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ComparisonsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededCreatedTokenData: {
            /** @constant */
            success: true;
            data: components["schemas"]["CreatedTokenData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededDigestReportData: {
            /** @constant */
            success: true;
            data: components["schemas"]["DigestReportData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededDigestsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["DigestsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededEnginesData: {
            /** @constant */
            success: true;
            data: components["schemas"]["EnginesData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededExecutionData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ExecutionData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededHealthData: {
            /** @constant */
            success: true;
            data: components["schemas"]["HealthData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededHistoryData: {
            /** @constant */
            success: true;
            data: components["schemas"]["HistoryData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededImportData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ImportData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededInterestsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["InterestsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededLoginData: {
            /** @constant */
            success: true;
            data: components["schemas"]["LoginData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededLogoutData: {
            /** @constant */
            success: true;
            data: components["schemas"]["LogoutData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededManagedUserData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ManagedUserData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededModelsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ModelsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededNoticeChannelData: {
            /** @constant */
            success: true;
            data: components["schemas"]["NoticeChannelData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededNoticeChannelsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["NoticeChannelsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededNoticeTestData: {
            /** @constant */
            success: true;
            data: components["schemas"]["NoticeTestData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededNoticesData: {
            /** @constant */
            success: true;
            data: components["schemas"]["NoticesData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededOrderData: {
            /** @constant */
            success: true;
            data: components["schemas"]["OrderData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededOrdersData: {
            /** @constant */
            success: true;
            data: components["schemas"]["OrdersData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededPortfolioData: {
            /** @constant */
            success: true;
            data: components["schemas"]["PortfolioData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededPortfolioHistoryData: {
            /** @constant */
            success: true;
            data: components["schemas"]["PortfolioHistoryData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededPriceAlertData: {
            /** @constant */
            success: true;
            data: components["schemas"]["PriceAlertData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededPriceAlertsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["PriceAlertsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededRecommendationData: {
            /** @constant */
            success: true;
            data: components["schemas"]["RecommendationData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededRefreshData: {
            /** @constant */
            success: true;
            data: components["schemas"]["RefreshData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededRejectionData: {
            /** @constant */
            success: true;
            data: components["schemas"]["RejectionData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededResultData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ResultData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededScheduleData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ScheduleData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededScheduleRunsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["ScheduleRunsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededSchedulesData: {
            /** @constant */
            success: true;
            data: components["schemas"]["SchedulesData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededSourcesData: {
            /** @constant */
            success: true;
            data: components["schemas"]["SourcesData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededStatusData: {
            /** @constant */
            success: true;
            data: components["schemas"]["StatusData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededStepsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["StepsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededSymbolsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["SymbolsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededTicketData: {
            /** @constant */
            success: true;
            data: components["schemas"]["TicketData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededTokensData: {
            /** @constant */
            success: true;
            data: components["schemas"]["TokensData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededUsageReportData: {
            /** @constant */
            success: true;
            data: components["schemas"]["UsageReportData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededUsersData: {
            /** @constant */
            success: true;
            data: components["schemas"]["UsersData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededWatchlistData: {
            /** @constant */
            success: true;
            data: components["schemas"]["WatchlistData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededWatchlistsData: {
            /** @constant */
            success: true;
            data: components["schemas"]["WatchlistsData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededWebhookDeliveriesData: {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhookDeliveriesData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededWebhookDeliveryData: {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhookDeliveryData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededWebhookWithSecretData: {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhookWithSecretData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The envelope of a success. */
        SucceededWebhooksData: {
            /** @constant */
            success: true;
            data: components["schemas"]["WebhooksData"];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            timestamp: string;
        };
        /** @description The symbols that a text stands for, the nearest first. */
        SymbolsData: {
            symbols: components["schemas"]["ListingData"][];
        };
        /** @description An analysis that was admitted. */
        TicketData: {
            /** Format: uuid */
            analysisId: string;
            /** @enum {string} */
            status: "queued" | "running";
            /** @description Seconds until completion, from measured runs of the same shape */
            estimatedTime: number;
            queuePosition?: number;
            /** @description Only where it is expected to take more than five minutes: how long */
            notice?: string;
        };
        /** @description A personal token without its text; `lastUsedAt` is exact to the minute. */
        TokenData: {
            id: string;
            name: string;
            scopes: ("admin" | "feed" | "launch" | "read" | "trade")[];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            expiresAt?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            lastUsedAt?: string;
        };
        /** @description US dollars per million tokens. */
        TokenPriceData: {
            /** Format: double */
            input: number;
            /** Format: double */
            cachedInput: number;
            /** Format: double */
            output: number;
        };
        /** @description A page of the caller's personal tokens, newest first. */
        TokensData: {
            tokens: components["schemas"]["TokenData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description What the whole analysis took, and each agent of it. */
        TotalUsageData: {
            calls: number;
            /** @description Of whole prompts, with those read from a vendor's cache */
            inputTokens: number;
            /** @description Of the input, those read from a vendor's cache */
            cachedTokens: number;
            outputTokens: number;
            cost: number | null;
            byAgent: components["schemas"]["AgentUsageData"][];
        };
        /** @description What met the condition: a price, its day, and its change against the close before where the alert is about it. */
        TriggerData: {
            /** Format: double */
            price: number;
            /** Format: date */
            date: string;
            /**
             * Format: date-time
             * @description When it was noticed
             */
            at: string;
            /** Format: double */
            changePercent?: number;
        };
        /** @description What to change of a channel; fields that are left out stay as they are. */
        UpdateNoticeChannelRequest: {
            name?: string | null;
            kinds?: ("analysis_complete" | "order_filled" | "order_cancelled" | "order_overfilled" | "order_filled_late" | "level_crossed" | "exit_filled" | "exits_ended" | "position_differs" | "recommendation_issued" | "recommendation_superseded" | "recommendation_expired" | "decision_changed" | "price_alert" | "digest_ready" | "job_failed" | "position_split" | "dividend_paid" | "price_jumped" | "source_refused" | "webhook_failed" | "schedule_failed" | "notice_failed")[] | null;
            /** @description While it is false, no notices are stored, and those waiting wait */
            enabled?: boolean | null;
            /** @description `null` ends them */
            quietHours?: components["schemas"]["QuietHoursRequest"] | null;
        };
        /** @description What to change of a schedule; fields that are left out stay as they are. */
        UpdateScheduleRequest: {
            name?: string | null;
            /** @description Either this or `close` */
            cron?: components["schemas"]["CronRequest"] | null;
            close?: components["schemas"]["CloseRequest"] | null;
            /** @description Either this or `digest` */
            analyses?: components["schemas"]["ScheduledAnalysesRequest"] | null;
            digest?: components["schemas"]["ScheduledDigestRequest"] | null;
            /** @description How late a missed run is made up; 6 by default */
            catchUpHours?: number | null;
            /** @description Whether it runs; false pauses it */
            enabled?: boolean | null;
        };
        /** @description What to change of an account; fields that are left out stay as they are. */
        UpdateUserRequest: {
            name?: string | null;
            scopes?: ("read" | "launch" | "trade" | "admin")[] | null;
            /** @description A disabled account cannot log in, and its tokens are refused */
            disabled?: boolean | null;
            /** @description Ends all sessions of the account */
            password?: string | null;
        };
        /** @description What to change of a watchlist; fields that are left out stay as they are. */
        UpdateWatchlistRequest: {
            name?: string | null;
            /** @description All symbols, in place of those before */
            assets?: components["schemas"]["AssetRequest"][] | null;
        };
        /** @description What to change of a webhook; fields that are left out stay as they are. */
        UpdateWebhookRequest: {
            /** @description Deliveries that are pending go there too */
            url?: string | null;
            kinds?: ("analysis_complete" | "analysis_error" | "recommendation_issued" | "recommendation_superseded" | "recommendation_expired" | "recommendation_executed" | "recommendation_rejected" | "level_crossed" | "order_filled" | "order_cancelled" | "order_alert" | "digest_ready" | "schedule_ran" | "price_alert" | "alert" | "analysis_progress" | "analysis_step")[] | null;
            /** @description While it is false, no events are stored, and deliveries wait */
            enabled?: boolean | null;
            /** @description Answer with a new secret; the one before signs beside it for a day */
            rotateSecret?: boolean;
        };
        /** @description What the analyses of a day (UTC) took; `dollars` is null where a price is not known. */
        UsageDayData: {
            /** Format: date */
            date: string;
            calls: number;
            inputTokens: number;
            outputTokens: number;
            dollars: number | null;
            byModel: components["schemas"]["UsageShareData"][];
            byAgent: components["schemas"]["UsageShareData"][];
        };
        /** @description Days with calls of language models, newest first, and the budget of today. */
        UsageReportData: {
            days: components["schemas"]["UsageDayData"][];
            today: components["schemas"]["BudgetData"];
        };
        /** @description What one model or agent took; `dollars` is null where a price is not known. */
        UsageShareData: {
            name: string;
            calls: number;
            inputTokens: number;
            outputTokens: number;
            dollars: number | null;
        };
        /** @description Who signed in. */
        UserData: {
            id: string;
            email: string;
            name: string;
        };
        /** @description A page of accounts, by e-mail address. */
        UsersData: {
            users: components["schemas"]["ManagedUserData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description A list of symbols. That of the `positions` follows what its user holds, and cannot be changed. */
        WatchlistData: {
            id: string;
            name: string;
            assets: components["schemas"]["AssetData"][];
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt?: string;
        };
        /** @description A page of watchlists: that of the positions, and then the others, newest first. */
        WatchlistsData: {
            watchlists: components["schemas"]["WatchlistData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description Where events are posted to; `failingSince` is the first failed attempt since the last success. */
        WebhookData: {
            id: string;
            url: string;
            kinds: ("alert" | "analysis_complete" | "analysis_error" | "analysis_progress" | "analysis_step" | "digest_ready" | "level_crossed" | "order_alert" | "order_cancelled" | "order_filled" | "price_alert" | "recommendation_executed" | "recommendation_expired" | "recommendation_issued" | "recommendation_rejected" | "recommendation_superseded" | "schedule_ran")[];
            enabled: boolean;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            failingSince?: string;
            disabledReason?: string;
        };
        /** @description A page of deliveries, newest first. */
        WebhookDeliveriesData: {
            deliveries: components["schemas"]["WebhookDeliveryData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /**
         * @description One event for one webhook. `id` is the header `webhook-id`, `status` that of the last answer.
         *
         *     `nextAttemptAt` is when a pending delivery is posted next. One that has `failed` is not, unless it is repeated.
         */
        WebhookDeliveryData: {
            id: string;
            kind: string;
            /** @enum {string} */
            state: "delivered" | "failed" | "pending";
            attempts: number;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            body: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            attemptedAt?: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            nextAttemptAt?: string;
            status?: number;
            error?: string;
        };
        /** @description A webhook; `secret` is there when it is new, this once. */
        WebhookWithSecretData: {
            id: string;
            url: string;
            kinds: ("alert" | "analysis_complete" | "analysis_error" | "analysis_progress" | "analysis_step" | "digest_ready" | "level_crossed" | "order_alert" | "order_cancelled" | "order_filled" | "price_alert" | "recommendation_executed" | "recommendation_expired" | "recommendation_issued" | "recommendation_rejected" | "recommendation_superseded" | "schedule_ran")[];
            enabled: boolean;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, whole seconds, with `Z`
             */
            failingSince?: string;
            disabledReason?: string;
            secret?: string;
        };
        /** @description A page of webhooks, newest first. */
        WebhooksData: {
            webhooks: components["schemas"]["WebhookData"][];
            pagination: components["schemas"]["PaginationData"];
        };
        /** @description The response at the root. */
        Welcome: {
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    cancelAnalysis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `analysisId` from the response to the launch. */
                analysisId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status after the cancellation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededStatusData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    launchAnalysis: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and the same request gets the response to the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LaunchAnalysisRequest"];
            };
        };
        responses: {
            /** @description Queued. */
            202: {
                headers: {
                    /** @description Path of its status. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededTicketData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key came before with another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getAnalysisResults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `analysisId` from the response to the launch. */
                analysisId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededResultData"];
                };
            };
            /** @description The client has the result: `If-None-Match` had its `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_ready`: The analysis has not completed, or has failed; the message says which. */
            425: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getAnalysisStatus: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=5` answers when the state changes, or after 5 seconds; `Preference-Applied` repeats it. */
                Prefer?: string;
            };
            path: {
                /** @description The `analysisId` from the response to the launch. */
                analysisId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The progress. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededStatusData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getAnalysisSteps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `analysisId` from the response to the launch. */
                analysisId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The steps so far, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededStepsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getAnalyses: {
        parameters: {
            query?: {
                /** @description Only these states; repeat the parameter for several. `error`: also cancelled. */
                status?: ("queued" | "running" | "completed" | "error")[];
                /** @description Only this symbol. */
                symbol?: string;
                /** @description Only this asset type. */
                assetType?: "equity" | "crypto";
                /** @description Only of this engine, by its name. */
                engine?: string;
                /** @description The page, from 1. */
                page?: number;
                /** @description Analyses on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of analyses. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededAnalysesData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    hideAnalysis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `analysisId` from the response to the launch. */
                analysisId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Hidden. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getCalibration: {
        parameters: {
            query?: {
                /** @description Only this symbol. */
                symbol?: string;
                /** @description Only this asset type. */
                assetType?: "equity" | "crypto";
                /** @description Only analyses of this engine, as `GET /api/engines` names it. */
                engine?: string;
                /** @description Only analyses created within this many days. */
                days?: number;
                /** @description engine: also the figures of each engine and model, as `groups`. */
                groupBy?: "engine";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How often decisions of each confidence were right. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededCalibrationData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getHistory: {
        parameters: {
            query?: {
                /** @description Only this symbol. */
                symbol?: string;
                /** @description Only this asset type. */
                assetType?: "equity" | "crypto";
                /** @description Only analyses of this engine, as `GET /api/engines` names it. */
                engine?: string;
                /** @description Only analyses created within this many days. */
                days?: number;
                /** @description `date` is the analysed day; rows without a return come last. */
                sortBy?: "date" | "confidence" | "return";
                /** @description The direction. */
                sortOrder?: "asc" | "desc";
                /** @description The page, from 1. */
                page?: number;
                /** @description Rows on a page. */
                limit?: number;
                /** @description engine: also the figures of each engine and model, as `groups`. */
                groupBy?: "engine";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of past decisions. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededHistoryData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    moveCash: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and the same request gets the response to the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CashRequest"];
            };
        };
        responses: {
            /** @description The cash afterwards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededCashData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key came before with another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    executeRecommendation: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and the same request gets the response to the first one. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The `id` from the list of recommendations. */
                recommendationId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ExecuteRequest"];
            };
        };
        responses: {
            /** @description The order is filled. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededExecutionData"];
                };
            };
            /** @description The broker has accepted the order and has not filled it yet. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededExecutionData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key came before with another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getPortfolioHistory: {
        parameters: {
            query?: {
                /** @description How many days to look back. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The points, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededPortfolioHistoryData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    importPositions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRequest"];
            };
        };
        responses: {
            /** @description How many positions were imported; the others were before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededImportData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getPortfolio: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The portfolio. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededPortfolioData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getRecommendation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of recommendations. */
                recommendationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recommendation, in any state. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededRecommendationData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getRecommendations: {
        parameters: {
            query?: {
                /** @description Only recommendations in this state. */
                status?: "pending" | "executed" | "rejected" | "expired";
                /** @description The page, from 1. */
                page?: number;
                /** @description Recommendations on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recommendations in one state. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageListRecommendationData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    rejectRecommendation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of recommendations. */
                recommendationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Rejected. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededRejectionData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    beginProviderLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BeginProviderLoginRequest"];
            };
        };
        responses: {
            /** @description Begun. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededBegunLoginData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    finishProviderLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FinishProviderLoginRequest"];
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededLoginData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededLoginData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description Signed out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededLogoutData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description A new access token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededRefreshData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordRequest"];
            };
        };
        responses: {
            /** @description Changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededChangedPasswordData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account, and the scopes of the credential that the request carries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededAccountData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordRequest"];
            };
        };
        responses: {
            /** @description Changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededChangedPasswordData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lines of `kind` and `document`, the last one of the kind `manifest`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Tokens on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of tokens, without their text. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededTokensData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTokenRequest"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededCreatedTokenData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    deleteToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of tokens. */
                tokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Accounts on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of accounts. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededUsersData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUserRequest"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededManagedUserData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    removeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of accounts. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of accounts. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserRequest"];
            };
        };
        responses: {
            /** @description The account after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededManagedUserData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    followAnalysis: {
        parameters: {
            query?: {
                /** @description The stream continues after this `seq`; by default it begins with the first event. */
                since?: string;
                /** @description With `1`, what each agent wrote comes as `analysis_step`, and `seq` counts these events too. */
                steps?: boolean;
            };
            header?: {
                /** @description The `seq` of the last event received; it takes precedence over `since`. */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The `analysisId` from the response to the launch. */
                analysisId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events `analysis_progress`, `analysis_complete` and `analysis_error`, and `analysis_step` where requested, each with its `seq` as id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The analysis has ended, and the client has all of its events. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    followUser: {
        parameters: {
            query?: {
                /** @description The stream continues after this `position`, 0 for all stored events; by default only new events. */
                since?: string;
                /** @description With `1`, what each agent wrote comes as `analysis_step`. */
                steps?: boolean;
            };
            header?: {
                /** @description The `position` of the last event received; it takes precedence over `since`. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, each with its `position` in the log as id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    acknowledgeAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of alerts. */
                alertId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert, acknowledged. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededAlertData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getAlerts: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Alerts on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of alerts. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededAlertsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listPriceAlerts: {
        parameters: {
            query?: {
                /** @description Price alerts in this state only. */
                state?: "active" | "triggered" | "expired";
                /** @description The page, from 1. */
                page?: number;
                /** @description Price alerts on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of price alerts. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededPriceAlertsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    createPriceAlert: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and the same request gets the response to the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePriceAlertRequest"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededPriceAlertData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key came before with another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    deletePriceAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of price alerts. */
                priceAlertId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Webhooks on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of webhooks, without their secrets. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededWebhooksData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookRequest"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededWebhookWithSecretData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of webhooks. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of webhooks. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UpdateWebhookRequest"];
            };
        };
        responses: {
            /** @description The webhook after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededWebhookWithSecretData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description Deliveries in this state only. */
                state?: "pending" | "delivered" | "failed";
                /** @description The page, from 1. */
                page?: number;
                /** @description Deliveries on a page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The `id` from the list of webhooks. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of deliveries. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededWebhookDeliveriesData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    retryWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of webhooks. */
                webhookId: string;
                /** @description The `id` from the list of deliveries. */
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery, pending. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededWebhookDeliveryData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listNoticeChannels: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Channels on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of channels, without their URLs. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededNoticeChannelsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    createNoticeChannel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateNoticeChannelRequest"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededNoticeChannelData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    deleteNoticeChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of channels. */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    updateNoticeChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of channels. */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UpdateNoticeChannelRequest"];
            };
        };
        responses: {
            /** @description The channel after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededNoticeChannelData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listNotices: {
        parameters: {
            query?: {
                /** @description Notices in this state only. */
                state?: "waiting" | "sending" | "sent" | "failed" | "unknown";
                /** @description The page, from 1. */
                page?: number;
                /** @description Notices on a page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The `id` from the list of channels. */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of notices. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededNoticesData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    tryNoticeChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of channels. */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came of the message. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededNoticeTestData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listWatchlists: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Watchlists on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of watchlists. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededWatchlistsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    createWatchlist: {
        parameters: {
            query?: {
                /** @description The name, where a file is sent. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWatchlistRequest"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededWatchlistData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    deleteWatchlist: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of watchlists. */
                watchlistId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    updateWatchlist: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of watchlists. */
                watchlistId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWatchlistRequest"];
            };
        };
        responses: {
            /** @description The watchlist after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededWatchlistData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listSchedules: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Schedules on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of schedules. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededSchedulesData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    createSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateScheduleRequest"];
            };
        };
        responses: {
            /** @description Created; `nextRunAt` is its first time. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededScheduleData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of schedules. */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    updateSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of schedules. */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateScheduleRequest"];
            };
        };
        responses: {
            /** @description The schedule after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededScheduleData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listScheduleRuns: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Runs on a page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The `id` from the list of schedules. */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of runs. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededScheduleRunsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of orders. */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededOrderData"];
                };
            };
            /** @description The broker has been told to end the order, and may still fill it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededOrderData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getOrders: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Orders on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of orders. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededOrdersData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listEngines: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The engines. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededEnginesData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getBars: {
        parameters: {
            query?: {
                /** @description By default crypto for pairs such as BTC-USD, else equity. */
                assetType?: "equity" | "crypto";
                /** @description The last day, by default today. */
                until?: string;
                /** @description Bars at most. */
                count?: number;
            };
            header?: never;
            path: {
                /** @description A symbol as people type it. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bars, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededBarsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    searchSymbols: {
        parameters: {
            query: {
                /** @description What to look for. */
                query: string;
                /** @description Symbols at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The symbols, the nearest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededSymbolsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededModelsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: {
                /** @description Days up to today. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Days with calls, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededUsageReportData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getBacktest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the response to the launch. */
                backtestId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backtest. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededBacktestData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    cancelBacktest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the response to the launch. */
                backtestId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backtest after the cancellation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededBacktestData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getBacktests: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Backtests on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of backtests, without their reports. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededBacktestsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    launchBacktest: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and the same request gets the response to the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LaunchBacktestRequest"];
            };
        };
        responses: {
            /** @description Queued, or known already. */
            202: {
                headers: {
                    /** @description Path of the backtest. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededBacktestTicketData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key came before with another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getComparison: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `comparisonId` from the response to the launch. */
                comparisonId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comparison. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededComparisonData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    cancelComparison: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `comparisonId` from the response to the launch. */
                comparisonId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comparison after the cancellation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededComparisonData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getComparisons: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Comparisons on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of comparisons. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededComparisonsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    launchComparison: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and the same request gets the response to the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LaunchComparisonRequest"];
            };
        };
        responses: {
            /** @description Queued: all of them or none. */
            202: {
                headers: {
                    /** @description Path of the comparison. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededComparisonTicketData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key came before with another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    listSources: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Sources on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of sources. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededSourcesData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    addSource: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddSourceRequest"];
            };
        };
        responses: {
            /** @description Added, and what was found. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededAddedSourceData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    removeSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of sources. */
                sourceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `illegal_move`: The state of the thing does not allow the change: a recommendation that has expired, an analysis that has ended, cash that is missing. `confirmation_needed`: The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click. `request_in_progress`: The first request with this idempotency key, or for this order, is still running. `changed_meanwhile`: Another request has changed the thing at the same time. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getInterests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The interests. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededInterestsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    setInterests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InterestsRequest"];
            };
        };
        responses: {
            /** @description The interests as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededInterestsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_slow`: The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `body_too_large`: The body is larger than the server accepts. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unsupported_media_type`: The body is not announced as JSON, or it is compressed. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getDigest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` from the list of digests, or the `digestId` of an event. */
                digestId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The digest in any state. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededDigestReportData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_found`: There is no such thing, or it belongs to another user. `no_such_route`: The path is not part of the API. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getDigests: {
        parameters: {
            query?: {
                /** @description The page, from 1. */
                page?: number;
                /** @description Digests on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of digests. */
            200: {
                headers: {
                    /** @description The first, previous, next and last page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededDigestsData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    getDigestsFeed: {
        parameters: {
            query?: {
                /** @description A personal token with the scope `feed`. */
                token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description RSS 2.0 with the newest reports as HTML. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/xml": string;
                };
            };
            /** @description The client has the feed: `If-None-Match` had its `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    createAnalyzeJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A retry with the same key and the same request gets the response to the first one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnalyzeRequest"];
            };
        };
        responses: {
            /** @description Accepted; poll its status. */
            202: {
                headers: {
                    /** @description Path of its status. */
                    Location?: string;
                    /** @description Seconds between polls. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyzeJob"];
                };
            };
            /** @description The window is shorter than the shortest one, or the idempotency key is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The API key is missing or not valid. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The credential does not have the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The body arrived too slowly. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The first request with this idempotency key is still running. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The body is not valid; `detail` names each field. Or the idempotency key was used for another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsFaults"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description An internal error; the request id finds it in the server's log. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The queue is full, a dependency is unavailable, or the request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
        };
    };
    getAnalyzeItems: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `job_id` from the response to the request. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every item, with the reason for its use or omission. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyzeItems"];
                };
            };
            /** @description The API key is missing or not valid. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The credential does not have the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description This key has no such job. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description An internal error; the request id finds it in the server's log. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The queue is full, a dependency is unavailable, or the request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
        };
    };
    getAnalyzeResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `job_id` from the response to the request. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job in any state; `report` is empty until it has completed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyzeResult"];
                };
            };
            /** @description The client has the result: `If-None-Match` had its `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The API key is missing or not valid. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The credential does not have the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description This key has no such job. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description An internal error; the request id finds it in the server's log. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The queue is full, a dependency is unavailable, or the request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
        };
    };
    getAnalyzeJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `job_id` from the response to the request. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyzeStatus"];
                };
            };
            /** @description The API key is missing or not valid. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The credential does not have the scope of this route. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description This key has no such job. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description An internal error; the request id finds it in the server's log. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
            /** @description The queue is full, a dependency is unavailable, or the request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewsError"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process responds. Nothing else is checked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededHealthData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The store accepts reads and writes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SucceededHealthData"];
                };
            };
            /** @description `invalid_input`: A field or a parameter has a value that is not possible. `malformed_request`: The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_signed_in`: The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is wrong. */
            401: {
                headers: {
                    /** @description `Bearer` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `not_allowed`: The caller is known and may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `too_many_requests`: More requests, sign-ins or connections in a minute than one user or address may have. `spending_limit_reached`: What the caller may spend on language models today is spent or reserved. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `internal_error`: A mistake of the server. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
            /** @description `unavailable`: A service that the request needs does not respond, or the request took too long. `queue_full`: As many analyses wait as the server admits. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failed"];
                };
            };
        };
    };
    root: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The name of the API. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Welcome"];
                };
            };
        };
    };
}
