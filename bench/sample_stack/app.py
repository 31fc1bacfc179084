"""The application: `create_app` wraps the FastAPI app in the Socket.IO server, as the document's sample does."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import socketio
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.middleware.cors import CORSMiddleware
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import undefer

from sample_stack.database import Analysis, Base, Db, User
from sample_stack.schemas import (
    Envelope,
    History,
    LaunchAnalysisRequest,
    Launched,
    Metrics,
    Pagination,
    PastAnalysis,
    Result,
    Status,
)

_ESTIMATE = 180
_CONCURRENCY = 64
_bearer = HTTPBearer()


def create_app(address: str, secret: str, queue_limit: int) -> Any:
    """The ASGI application over the Postgres database at `address`, a libpq URL."""
    key = OctKey.import_key(secret)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = create_async_engine(address.replace("postgresql://", "postgresql+asyncpg://"), pool_size=10)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
        yield
        await engine.dispose()

    async def get_current_user(db: Db, credentials: Annotated[HTTPAuthorizationCredentials, Depends(_bearer)]) -> User:
        try:
            token = jwt.decode(credentials.credentials, key, algorithms=["HS256"])
            jwt.JWTClaimsRegistry(exp={"essential": True}).validate(token.claims)
        except (JoseError, ValueError):
            raise HTTPException(401, "The access token is not valid.") from None
        user = await db.get(User, UUID(token.claims["sub"]))
        if user is None:
            raise HTTPException(401, "The account of this token does not exist.")
        return user

    CurrentUser = Annotated[User, Depends(get_current_user)]

    app = FastAPI(title="TradingAgents API", version="1.0.0", lifespan=lifespan)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["http://localhost:3000"],
        allow_credentials=True,
        allow_methods=["*"],
        allow_headers=["*"],
    )
    sio = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/api/analyze", status_code=202)
    async def launch_analysis(request: LaunchAnalysisRequest, db: Db, user: CurrentUser) -> Envelope[Launched]:
        waiting = await db.scalar(select(func.count()).select_from(Analysis).where(Analysis.status == "queued")) or 0
        if waiting >= queue_limit:
            raise HTTPException(503, "The analysis queue is full.")
        analysis = Analysis(
            user_id=user.id,
            symbol=request.symbol,
            asset_type=request.assetType,
            date=request.date,
            analysts=list(request.analysts),
            config=request.config.model_dump(),
            status="queued",
            progress={
                "currentAgent": "",
                "completedAgents": [],
                "overallPercent": 0,
                "agents": [
                    {"name": f"{name}_analyst", "status": "pending", "duration": None} for name in request.analysts
                ],
            },
            created_at=datetime.now(UTC),
        )
        db.add(analysis)
        await db.commit()
        launched = Launched(
            analysisId=str(analysis.id),
            status="queued",
            estimatedTime=_ESTIMATE * (1 + waiting // _CONCURRENCY),
            queuePosition=waiting + 1,
        )
        return Envelope(data=launched)

    async def owned(db: Db, user: User, id: UUID, *options: Any) -> Analysis:
        analysis = await db.scalar(
            select(Analysis).where(Analysis.id == id, Analysis.user_id == user.id).options(*options)
        )
        if analysis is None:
            raise HTTPException(404, "There is no such analysis.")
        return analysis

    @app.get("/api/analyze/{analysis_id}/status")
    async def get_analysis_status(analysis_id: UUID, db: Db, user: CurrentUser) -> Envelope[Status]:
        analysis = await owned(db, user, analysis_id)
        return Envelope(data=Status.model_validate({"status": analysis.status, "progress": analysis.progress}))

    @app.get("/api/analyze/{analysis_id}/results")
    async def get_analysis_results(analysis_id: UUID, db: Db, user: CurrentUser) -> Envelope[Result]:
        analysis = await owned(db, user, analysis_id, undefer(Analysis.result))
        if analysis.result is None:
            raise HTTPException(425, "The analysis is not completed yet.")
        return Envelope(data=analysis.result)

    @app.get("/api/history")
    async def get_history(
        db: Db,
        user: CurrentUser,
        days: int = 30,
        limit: Annotated[int, Query(le=200)] = 50,
        page: Annotated[int, Query(ge=1)] = 1,
    ) -> Envelope[History]:
        since = datetime.now(UTC) - timedelta(days=days)
        where = (Analysis.user_id == user.id, Analysis.status == "completed", Analysis.created_at >= since)
        rows = await db.scalars(
            select(Analysis)
            .where(*where)
            .order_by(Analysis.created_at.desc(), Analysis.id)
            .limit(limit)
            .offset((page - 1) * limit)
        )
        scored, gain = func.count(Analysis.actual_return), func.avg(Analysis.actual_return)
        wins = func.count().filter(Analysis.actual_return > 0)
        spread = func.stddev_samp(Analysis.actual_return)
        totals = select(func.count(), scored, wins, gain, func.avg(Analysis.confidence), spread)
        [[total, returns, won, mean, confidence, deviation]] = await db.execute(totals.where(*where))
        return Envelope(
            data=History(
                analyses=[
                    PastAnalysis(
                        id=str(row.id),
                        symbol=row.symbol,
                        assetType=row.asset_type,
                        action=row.action or "HOLD",
                        confidence=row.confidence or 0,
                        date=row.date,
                        actualReturn=row.actual_return,
                        returnPercent=row.actual_return,
                        createdAt=row.created_at,
                    )
                    for row in rows
                ],
                metrics=Metrics(
                    totalAnalyses=total,
                    winRate=100 * won / returns if returns else None,
                    avgReturn=mean,
                    avgConfidence=confidence,
                    sharpeRatio=mean / deviation if deviation else None,
                ),
                pagination=Pagination(total=total, page=page, pageSize=limit, hasNext=page * limit < total),
            )
        )

    @sio.on("subscribe_analysis")
    async def subscribe_analysis(sid: str, data: dict[str, str]) -> None:
        await sio.enter_room(sid, f"analysis_{data['analysisId']}")

    return socketio.ASGIApp(sio, app)
