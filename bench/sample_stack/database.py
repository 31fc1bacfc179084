"""Tables and sessions."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, Request
from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(AsyncAttrs, DeclarativeBase):
    """The declarative base of all tables."""

    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB, list[str]: JSONB}  # noqa: RUF012


class User(Base):
    """A user who signs in."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Analysis(Base):
    """An analysis; a worker takes the oldest row that is queued."""

    __tablename__ = "analyses"
    __table_args__ = (
        Index("analyses_by_user", "user_id", text("created_at DESC")),
        Index("analyses_queued", "created_at", postgresql_where=text("status = 'queued'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    symbol: Mapped[str]
    asset_type: Mapped[str]
    date: Mapped[date]
    analysts: Mapped[list[str]]
    config: Mapped[dict[str, Any]]
    status: Mapped[str]
    progress: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    action: Mapped[str | None]
    confidence: Mapped[float | None]
    actual_return: Mapped[float | None]
    created_at: Mapped[datetime]


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    """A session for one request."""
    async with request.app.state.sessions() as session:
        yield session


Db = Annotated[AsyncSession, Depends(get_db)]
