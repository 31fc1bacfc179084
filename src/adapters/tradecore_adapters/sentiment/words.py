"""Words that mean something else, or something at all, when they are about a market; from -4 (worst) to +4 (best)."""

from collections.abc import Mapping


def _spread(groups: Mapping[float, str]) -> dict[str, float]:
    return {word: value for value, words in groups.items() for word in words.split()}


# Zero takes back what a general lexicon reads into everyday words of the trade.
MARKET_WORDS: Mapping[str, float] = _spread(
    {
        3.0: ("soar soars soared soaring skyrocket skyrockets skyrocketed skyrocketing blowout breakthrough"),
        2.5: (
            "surge surges surged surging rally rallies rallied rallying upgrade upgrades upgraded "
            "bullish outperform outperforms outperformed outperforming jump jumps jumped jumping"
        ),
        2.0: (
            "beat beats topped tops record-high inflow inflows rebound rebounds rebounded rebounding "
            "recover recovers recovered recovery approve approves approved approval overweight "
            "buyback buybacks climb climbs climbed climbing adoption profit profits profitable "
            "accelerate accelerates accelerated"
        ),
        1.5: (
            "gain gains gained gaining rise rises rose rising raise raises raised boost boosts "
            "boosted expand expands expanded expansion partnership partners dividend dividends upbeat "
            "halving accumulate accumulation listing launches unveils wins win won milestone exceeds "
            "exceeded higher uptrend upside outpaces"
        ),
        1.0: ("growth grows grew demand settles settled stabilise stabilize stabilises stabilizes mainnet integration"),
        0.0: (
            "share shares stake stakes staking security securities interest trust bond bonds gross "
            "vice fed arms liability credit like crypto battle united motion fine"
        ),
        -1.0: (
            "cut cuts cutting delay delays delayed postpone postpones postponed uncertainty caution cautious volatile"
        ),
        -1.5: (
            "fall falls fell falling drop drops dropped dropping decline declines declined declining "
            "slip slips slipped lower lowers lowered miss misses missed slows slowed slowdown probe "
            "probes investigation investigates antitrust tariff tariffs underweight selloff sell-off "
            "resigns resign resigned downside outage outages"
        ),
        -2.0: (
            "outflow outflows layoff layoffs recall recalls recalled sue sues sued lawsuit lawsuits "
            "downgrade downgrades downgraded bearish underperform underperforms underperformed loss "
            "losses halt halts halted reject rejects rejected rejection ban bans banned sanction "
            "sanctions sanctioned sink sinks sank sinking slide slides slid slump slumps slumped "
            "slumping tumble tumbles tumbled tumbling restates restatement delist delists delisted "
            "delisting liquidation liquidations liquidated weak weakens shortfall recession"
        ),
        -2.5: (
            "plunge plunges plunged plunging plummet plummets plummeted crash crashes crashed "
            "crashing breach breaches breached indicted charged subpoena default defaults defaulted "
            "insolvent insolvency depeg depegs depegged"
        ),
        -3.0: (
            "hack hacks hacked hacker hackers exploit exploits exploited fraud bankruptcy bankrupt "
            "collapse collapses collapsed scam rug-pull rugpull embezzlement laundering ponzi"
        ),
    }
)
