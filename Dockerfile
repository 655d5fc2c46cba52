FROM node:24-slim

ENV NODE_ENV=production
WORKDIR /app

# Dependencies first: they change less often than sources. The embedded Postgres is a development
# dependency and stays out; DATABASE_URL is needed here.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

COPY config ./config
COPY connectors ./connectors
COPY jobs ./jobs
COPY src ./src

# Sources belong to root, so that whoever takes over the process can change none of them. Nothing is written while it
# runs but the generated secret, here; with PLUMBLINE_SECRET not that either, and the root file system may be
# read-only (compose.yaml).
RUN mkdir /data && chown node:node /data
ENV PLUMBLINE_DATA=/data HOST=0.0.0.0 PORT=3000
USER node
EXPOSE 3000

HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "--max-old-space-size=512", "src/main.ts"]
