"""The stack that the trading document's sample code names, done properly: the baseline of `bench/stack.py`.

FastAPI, SQLAlchemy's asyncio ORM over asyncpg, and python-socketio, in one uvicorn process. It implements the four
routes that the benchmark measures, with what the document demands of them: access tokens, validated input, a queue that
can be full, the position in it, and metrics over the whole history.
"""
