"""The tables behind the facts: assets, companies and institutions, and words that settle how a thing went."""

ASSETS: dict[str, str] = {
    name: asset
    for asset, names in {
        "bitcoin": "bitcoin bitcoins btc xbt",
        "ethereum": "ethereum ether eth",
        "solana": "solana sol",
        "xrp": "xrp",
        "cardano": "cardano ada",
        "dogecoin": "dogecoin doge",
        "bnb": "bnb",
        "tron": "tron trx",
        "avalanche": "avalanche avax",
        "polkadot": "polkadot",
        "polygon": "polygon matic pol",
        "litecoin": "litecoin ltc",
        "toncoin": "toncoin",
        "shiba": "shiba shib",
        "chainlink": "chainlink",
        "uniswap": "uniswap",
        "aave": "aave",
        "arbitrum": "arbitrum arb",
        "optimism": "op-mainnet",
        "base": "base-chain",
        "sui": "sui",
        "aptos": "aptos apt",
        "near": "near-protocol",
        "monero": "monero xmr",
        "zcash": "zcash zec",
        "stellar": "xlm stellar-lumens",
        "cosmos": "cosmos",
        "filecoin": "filecoin",
        "hyperliquid": "hyperliquid",
        "pepe": "pepe",
        "usdt": "usdt",
        "usdc": "usdc",
        "dai": "dai",
        "pyusd": "pyusd",
        "lido": "lido ldo",
        "curve": "crv curve-finance",
        "maker": "makerdao mkr",
        "starknet": "starknet",
        "zksync": "zksync",
        "celestia": "celestia tia",
        "injective": "injective",
        "algorand": "algorand algo",
        "nvidia": "nvidia nvda",
        "apple": "apple aapl",
        "tesla": "tesla tsla",
        "microsoft": "microsoft msft",
        "amazon": "amazon amzn",
        "alphabet": "alphabet google googl goog",
        "meta": "meta facebook",
        "amd": "amd",
        "intel": "intel intc",
        "tsmc": "tsmc tsm",
        "netflix": "netflix nflx",
        "boeing": "boeing",
        "palantir": "palantir pltr",
        "broadcom": "broadcom avgo",
        "gold": "gold xau",
        "oil": "oil brent wti crude",
        "silver": "silver",
        "nasdaq-index": "nasdaq-100",
        "sp500": "s&p",
    }.items()
    for name in names.split()
}
"""Word to asset: coins, chains, shares, commodities."""

ENTITIES: dict[str, str] = {
    name: entity
    for entity, names in {
        "coinbase": "coinbase coin-base",
        "binance": "binance",
        "kraken": "kraken",
        "bybit": "bybit",
        "okx": "okx okex",
        "kucoin": "kucoin",
        "bitfinex": "bitfinex",
        "bitstamp": "bitstamp",
        "gemini": "gemini",
        "htx": "htx huobi",
        "upbit": "upbit",
        "bithumb": "bithumb",
        "crypto.com": "crypto.com",
        "robinhood": "robinhood hood",
        "mexc": "mexc",
        "bitget": "bitget",
        "gate": "gate.io",
        "ftx": "ftx",
        "mtgox": "mtgox gox mt.gox",
        "celsius": "celsius",
        "genesis": "genesis",
        "blackrock": "blackrock",
        "fidelity": "fidelity",
        "grayscale": "grayscale",
        "vaneck": "vaneck",
        "bitwise": "bitwise",
        "ark": "ark",
        "21shares": "21shares",
        "franklin": "franklin",
        "invesco": "invesco",
        "vanguard": "vanguard",
        "jpmorgan": "jpmorgan jp-morgan",
        "goldman": "goldman",
        "citi": "citi citigroup",
        "morgan-stanley": "morgan-stanley",
        "visa": "visa",
        "mastercard": "mastercard",
        "paypal": "paypal",
        "stripe": "stripe",
        "circle": "circle",
        "tether": "tether",
        "ripple": "ripple",
        "consensys": "consensys metamask",
        "microstrategy": "microstrategy mstr",
        "metaplanet": "metaplanet",
        "marathon": "marathon mara",
        "riot": "riot",
        "sec": "sec",
        "cftc": "cftc",
        "fbi": "fbi",
        "doj": "doj",
        "irs": "irs",
        "ofac": "ofac",
        "finra": "finra",
        "fca": "fca",
        "mica": "mica",
        "esma": "esma",
        "mas": "mas",
        "bafin": "bafin",
        "fed": "fed fomc",
        "ecb": "ecb",
        "boj": "boj",
        "boe": "boe",
        "congress": "congress",
        "senate": "senate",
        "house": "house-of-representatives",
        "eu": "eu",
        "uk": "uk britain",
        "us": "u.s usa",
        "japan": "japan",
        "korea": "korea",
        "china": "china",
        "india": "india",
        "russia": "russia",
        "brazil": "brazil",
        "hongkong": "hong-kong",
        "singapore": "singapore",
        "dubai": "dubai",
        "germany": "germany",
        "france": "france",
        "switzerland": "switzerland",
        "salvador": "salvador",
        "lazarus": "lazarus",
        "ledger": "ledger",
        "trezor": "trezor",
        "openai": "openai",
        "foxconn": "foxconn",
        "samsung": "samsung",
        "spacex": "spacex",
        "eigenlayer": "eigenlayer",
        "wormhole": "wormhole",
        "pump.fun": "pump.fun",
        "opensea": "opensea",
        "polymarket": "polymarket",
        "kalshi": "kalshi",
        "nasdaq": "nasdaq",
        "nyse": "nyse",
        "cboe": "cboe",
        "cme": "cme",
        "canada": "canada",
        "australia": "australia",
        "turkey": "turkey",
        "nigeria": "nigeria",
        "argentina": "argentina",
        "texas": "texas",
        "wyoming": "wyoming",
        "florida": "florida",
        "arizona": "arizona",
        "california": "california",
        "newyork": "new-york",
    }.items()
    for name in names.split()
}
"""Word, or two words joined by a hyphen, to the company, institution, state or group it names."""

MARKERS: dict[str, str] = {
    name: marker
    for marker, names in {
        "flow:in": (
            "inflow inflows influx flows-into flow-into pours-into pour-into poured-into flowed-into take-in "
            "takes-in took-in"
        ),
        "flow:out": "outflow outflows exodus redemptions flows-out flowed-out pulled-from pull-from",
        "verdict:yes": (
            "approve approves approved approval approving greenlight greenlights greenlit clears adopts "
            "adopted passes passed authorises authorizes authorised authorized grants granted okays"
        ),
        "verdict:no": (
            "reject rejects rejected rejection rejecting deny denies denied denial refuse refuses refused "
            "disapproves disapproved vetoes vetoed blocks blocked turns-down turned-down strikes-down "
            "declines declined"
        ),
        "verdict:later": "delay delays delayed delaying postpone postpones postponed defers deferred extends extended",
        "move:up": (
            "rise rises rose rising gain gains gained jump jumps jumped surge surges surged soar soars soared "
            "climb climbs climbed rally rallies rallied increase increases increased hike hikes hiked rebound "
            "rebounds rebounded up higher spike spikes spiked advances advanced grows grew lifts raises-rates "
            "raised-rates raise-rates lifts-rates rates-up higher-rates"
        ),
        "move:down": (
            "fall falls fell falling drop drops dropped slip slips slipped slide slides slid plunge plunges "
            "plunged tumble tumbles tumbled sink sinks sank decline declines declined decrease decreases "
            "decreased cut cuts down lower lowers lowered crash crashes crashed slump slumps slumped sheds "
            "plummets plummeted dips dipped retreats retreated eases eased"
        ),
        "move:flat": (
            "unchanged steady flat holds-rates keeps-rates leaves-rates hold-rates kept-rates left-rates held-rates"
        ),
        "side:above": (
            "above tops topped exceeds exceeded exceed surpasses surpassed surpass crosses crossed breaks "
            "reclaims reclaimed"
        ),
        "side:below": "below beneath",
        "life:on": (
            "launch launches launched launching debut debuts debuted unveil unveils unveiled introduces "
            "introduced starts started begins began opens opened rolls-out rolled-out goes-live went-live "
            "live"
        ),
        "life:off": (
            "halt halts halted halting suspend suspends suspended suspending pause pauses paused pausing "
            "stops stopped freeze freezes froze frozen shuts shutters shuttered closes closed disables "
            "disabled ends ended cancels cancelled canceled scraps scrapped shelves shelved discontinues "
            "shuts-down shut-down shutting-down revokes revoked"
        ),
        "life:again": (
            "resume resumes resumed resuming restart restarts restarted restores restored reopen reopens "
            "reopened recovers recovered back-online relaunches relaunched"
        ),
        "state:outage": "outage outages offline downtime knocked-offline taken-offline",
        "listing:on": "list lists listed listing",
        "listing:off": "delist delists delisted delisting removes removed",
        "net:main": "mainnet",
        "net:test": "testnet devnet",
        "trade:buy": (
            "buy buys bought buying adds added purchase purchases purchased acquire acquires acquired "
            "acquisition accumulate accumulates accumulated takeover add"
        ),
        "trade:sell": (
            "sell sells sold selling dump dumps dumped offload offloads offloaded sale divests divested "
            "unloads unloaded"
        ),
        "stance:for": "backs backed supports supported endorses endorsed favours favors welcomes",
        "stance:against": "opposes opposed criticises criticizes condemns slams",
        "mood:bull": "bullish",
        "mood:bear": "bearish",
        "position:long": "long longs",
        "position:short": "short shorts",
        "outcome:win": "win wins won winning victory prevails",
        "outcome:lose": "lose lost losing defeat defeated loses",
        "court:guilty": "guilty convicted conviction convicts",
        "court:cleared": "acquitted acquits exonerated acquittal",
        "court:charge": (
            "charge charges charged indicts indicted indictment sues sued lawsuit suing accuses accused sue "
            "indict accuse"
        ),
        "court:end": "dismiss dismisses dismissed dismissal drops-charges settle settles settled settlement",
        "court:appeal": "appeal appeals appealed",
        "custody:in": "arrest arrests arrested detains detained jailed jails sentenced sentences extradited detain",
        "custody:out": "released releases freed pardons pardoned bail pardon release frees",
        "claim:yes": "confirms confirmed admits admitted acknowledges",
        "law:ban": "ban bans banned banning outlaws prohibits prohibited extends-ban outlaw prohibit",
        "law:allow": (
            "legalises legalizes allows allowed permits permitted unban lifts-ban lifting-ban lifted-ban "
            "ban-lifted ban-ends ends-ban end-ban ended-ban allow permit allowing legalise legalize"
        ),
        "grade:up": "upgrades-rating outperform overweight",
        "grade:down": "downgrade downgrades downgraded underweight",
        "earnings:beat": "beat beats topped-estimates beating",
        "earnings:miss": "miss misses missed missing",
        "result:profit": "profit profits",
        "result:loss": "loss losses",
        "router:in": "hire hires hired appoints appointed names named joins joined nominates nominated appoint",
        "router:out": (
            "fire fires fired resign resigns resigned quits ousted exits layoffs lays-off steps-down "
            "stepped-down departs retires sacked"
        ),
        "lock:open": "unlock unlocks unlocked",
        "lock:shut": "lock locks locked locks-up",
        "supply:mint": "mint mints minted issues",
        "supply:burn": "burn burns burned burnt",
        "theft:taken": (
            "hack hacks hacked steal steals stole theft exploit exploits exploited drain drains drained heist "
            "breach breached stealing exploiting"
        ),
        "theft:back": (
            "returns returned refund refunds refunded reimburse reimburses reimbursed recoups compensates "
            "repays repaid pays-back paid-back return repay"
        ),
        "extreme:high": "high highs highest ath record-high",
        "extreme:low": "low lows lowest record-low",
        "tone:hawk": "hawkish",
        "tone:dove": "dovish",
        "direction:deposit": "deposit deposited",
        "direction:withdraw": "withdraw withdraws withdrew withdrawn withdrawal withdrawals",
        "over:over": "overtakes overtook overtake flips flipped outperforms outperformed overtaking",
        "rank:largest": "largest biggest",
        "rank:smallest": "smallest",
        "size:expand": "expands expanded expansion",
        "size:shrink": "shrinks shrank shrinking",
    }.items()
    for name in names.split()
}
"""Word to `slot:value`. Two values of one slot contradict each other; a slot that is not filled says nothing."""

PLANNED = frozenset(
    "may might could would plan plans planned planning consider considers considering considered weigh "
    "weighs weighing eye eyes eyeing propose proposes proposed proposal seek seeks seeking ask asks "
    "urges expects expected mull mulls mulling"
    "if rumor rumour rumored rumoured likely explores exploring aims intends upcoming".split()
)
"""Words of a headline about what has not happened, or not yet."""

NEGATIONS = frozenset(
    "not no never cannot without nor neither refuses-to refused-to declines-to declined-to fails-to failed-to "
    "cancels-plan cancels-plans scraps-plan scraps-plans drops-plan drops-plans abandons-plan shelves-plan "
    "".split()
)
"""Besides every word that ends in `n't`."""

NEUTRAL = frozenset(
    "short-term long-term high-court low-cost up-to cut-off high-profile longer-term long-awaited long-time "
    "no-longer-than high-speed how-to".split()
)
"""Pairs of words in which the second meaning of a marker word is meant."""

SUBJECT_SLOTS = frozenset({"court", "trade", "over", "stance", "router"})
"""Slots where it matters who does it: `A sues B` is not `B sues A`."""

PHRASES = {
    "bank of japan": "boj",
    "bank of england": "boe",
    "european central bank": "ecb",
    "federal reserve": "fed",
    "securities and exchange commission": "sec",
    "south korea": "korea",
    "united states": "u.s",
    "united kingdom": "uk",
    "justice department": "doj",
    "department of justice": "doj",
    "el salvador": "salvador",
}
"""Names of several words, and the one word the other tables know them by."""

PLACES = frozenset(
    "us uk japan korea china india russia brazil hongkong singapore dubai germany france switzerland salvador canada "
    "australia turkey nigeria argentina texas wyoming florida arizona california newyork eu".split()
)
"""Entities that are places: a state contradicts another state, but not an institution."""
