"""Shared extractors: where each number comes from is written once, here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent / "data"


def load_teams(*, minimum_size: int = 1) -> pd.DataFrame:
    """Teams of at least ``minimum_size`` members, with posts and comments of the last quarter."""
    teams = pd.read_csv(DATA / "teams.csv")
    return teams[teams["size"] >= minimum_size].reset_index(drop=True)


def load_spectrum() -> pd.DataFrame:
    """The last calibration scan: wavelength in nm, photon counts."""
    return pd.read_csv(DATA / "spectrum.csv")


def load_river() -> pd.DataFrame:
    """Hourly readings of the three stations: dissolved oxygen in mg/l, temperature in °C."""
    return pd.read_csv(DATA / "river.csv", parse_dates=["time"])


def load_signups() -> pd.DataFrame:
    """Weekly sign-ups by channel."""
    return pd.read_csv(DATA / "signups.csv", parse_dates=["week"])


def load_tickets() -> pd.DataFrame:
    """Support tickets by weekday and hour."""
    return pd.read_csv(DATA / "tickets.csv")
