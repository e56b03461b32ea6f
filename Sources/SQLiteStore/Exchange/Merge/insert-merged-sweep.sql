INSERT INTO sweep (
  uuid, name, status, source, started_at, planned_runs, spec, note, lorabook_version, host, command
) VALUES (
  :uuid, :name, :status, :source, :started_at, :planned_runs, :spec, :note, :lorabook_version,
  :host, :command
);
