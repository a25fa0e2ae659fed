"""Writes the small data sets of the example reports into data/, the same every time.

Acme and its numbers are invented; the shapes (long-tailed team sizes, super-linear activity, a spectral line on a
sloping background, a day and night cycle in a river) are those of real work.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).parent / "data"


def teams(rng: np.random.Generator) -> pd.DataFrame:
    """One row a team: its size, and what it wrote in the last quarter. Activity grows as size ** 1.3."""
    size = np.clip(np.round(rng.lognormal(mean=2.0, sigma=0.8, size=1200)), 1, 120).astype(int)
    posts = rng.poisson(2.4 * size**1.31 * rng.lognormal(0, 0.35, size.size))
    comments = rng.poisson(3.1 * size**1.42 * rng.lognormal(0, 0.45, size.size))
    plan = rng.choice(["free", "team", "enterprise"], size=size.size, p=[0.55, 0.33, 0.12])
    return pd.DataFrame(
        {"team_id": np.arange(1, size.size + 1), "size": size, "plan": plan, "posts": posts, "comments": comments}
    )


def spectrum(rng: np.random.Generator) -> pd.DataFrame:
    """A sodium lamp around 589 nm: two lines on a sloping background, with shot noise."""
    wavelength = np.linspace(587.5, 591.5, 401)
    lines = 820 * np.exp(-0.5 * ((wavelength - 588.995) / 0.085) ** 2) + 430 * np.exp(
        -0.5 * ((wavelength - 589.592) / 0.085) ** 2
    )
    counts = rng.poisson(lines + 60 + 4.0 * (wavelength - 587.5))
    return pd.DataFrame({"wavelength_nm": wavelength.round(3), "counts": counts})


def river(rng: np.random.Generator) -> pd.DataFrame:
    """Two weeks of hourly readings of three stations, with a spill at the mill on the ninth day."""
    hours = pd.date_range("2026-09-01", periods=14 * 24, freq="h")
    frames = []
    for station, base in [("Spring", 10.6), ("Mill", 9.4), ("Harbour", 8.3)]:
        day = np.sin((hours.hour - 9) / 24 * 2 * np.pi)
        oxygen = base + 0.7 * day + rng.normal(0, 0.15, hours.size)
        if station == "Mill":
            since = (np.arange(hours.size) - 8 * 24).clip(0)
            oxygen = oxygen - np.where(since > 0, 3.4 * np.exp(-since / 40), 0)
        temperature = 14.5 + (10.6 - base) + 1.8 * day + rng.normal(0, 0.2, hours.size)
        frames.append(
            pd.DataFrame(
                {
                    "time": hours,
                    "station": station,
                    "oxygen_mg_l": oxygen.round(2),
                    "temperature_c": temperature.round(2),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def signups(rng: np.random.Generator) -> pd.DataFrame:
    """Weekly sign-ups by channel over a year."""
    weeks = pd.date_range("2025-09-01", periods=52, freq="W-MON")
    rows = []
    for channel, level, growth in [
        ("Search", 220, 1.010),
        ("Referral", 90, 1.022),
        ("Partners", 60, 1.004),
        ("Events", 25, 1.0),
    ]:
        for number, week in enumerate(weeks):
            boost = 4.0 if channel == "Events" and number in (10, 31) else 1.0
            rows.append((week, channel, int(rng.poisson(level * growth**number * boost))))
    return pd.DataFrame(rows, columns=["week", "channel", "signups"])


def tickets(rng: np.random.Generator) -> pd.DataFrame:
    """Support tickets by weekday and hour over a quarter."""
    rows = []
    for day, weight in zip(
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], [1.35, 1.15, 1.0, 1.0, 0.85, 0.3, 0.25], strict=True
    ):
        for hour in range(24):
            shape = np.exp(-0.5 * ((hour - 10) / 2.2) ** 2) + 0.7 * np.exp(-0.5 * ((hour - 15) / 2.0) ** 2)
            rows.append((day, hour, int(rng.poisson(90 * weight * shape + 1))))
    return pd.DataFrame(rows, columns=["weekday", "hour", "tickets"])


def main() -> None:
    """Write every data set."""
    DATA.mkdir(exist_ok=True)
    for number, make in enumerate([teams, spectrum, river, signups, tickets]):
        make(np.random.default_rng(2026 + number)).to_csv(DATA / f"{make.__name__}.csv", index=False)


if __name__ == "__main__":
    main()
