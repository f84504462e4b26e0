# entrypoints: env/limit
package env

limit := 10 if data.config.stage == "dev"

limit := 100 if data.config.stage == "test"

limit := 1000 if data.config.stage == "live"
