INSERT INTO sweep (uuid, name, status, source, started_at, planned_runs, spec, note)
VALUES (:uuid, :name, :status, :source, :started_at, :planned_runs, :spec, :note);
