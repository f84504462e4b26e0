# The gate as an image: built in one stage, run in another that holds no compiler, no package manager's cache, and no root.
#   docker build -t regate .
#   docker run -p 8080:8080 -v ./gate:/etc/regate:ro -v regate-log:/var/log/regate regate
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# No scripts of packages run: nothing here needs them.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/regate
COPY --from=build /src/package.json /src/LICENSE ./
COPY --from=build /src/cli/regate.mjs ./cli/regate.mjs
COPY --from=build /src/dist ./dist
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/policies ./policies
RUN mkdir -p /etc/regate /var/log/regate /var/lib/regate && chown 10001:10001 /var/log/regate /var/lib/regate
USER 10001:10001
# Traffic, and administration with health and readiness.
EXPOSE 8080 8081
VOLUME ["/var/log/regate", "/var/lib/regate"]
# For hosts without an orchestrator; asks the admin listener on its default port.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8081/health').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
# Where the system has large pages for programs, a request costs less processor time.
ENTRYPOINT ["node", "--use-largepages=silent", "/opt/regate/cli/regate.mjs"]
CMD ["serve", "--config", "/etc/regate/gate.yaml"]
