//! The shapes of answers, for the document.

use super::shape;
use crate::service::Entry;
use serde_json::{Value, json};

fn text() -> Value {
    json!({ "type": "string" })
}

fn maybe_text() -> Value {
    json!({ "type": ["string", "null"] })
}

fn number() -> Value {
    json!({ "type": "integer" })
}

fn maybe_number() -> Value {
    json!({ "type": ["integer", "null"] })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

/// Numbers by name.
fn numbers() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "integer" } })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// An object with fields that are always there.
fn object(fields: Value) -> Value {
    let names: Vec<String> = fields.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    json!({ "type": "object", "required": names, "properties": fields })
}

/// The same with fields that may be missing.
fn and(mut object: Value, fields: Value) -> Value {
    for (name, schema) in fields.as_object().into_iter().flatten() {
        object["properties"][name] = schema.clone();
    }
    object
}

/// The shape of what an operation answers.
pub(super) fn of_operation(entry: &Entry) -> Value {
    match entry.name {
        "search" => shape("Found"),
        "status" => shape("Status"),
        "cypher" => shape("Table"),
        "schema" => shape("Schema"),
        "outline" => shape("Outline"),
        "source" => shape("File"),
        // One thing instead of a list.
        "hierarchy" | "stats" | "explain" | "path" => json!({ "type": "object" }),
        _ if entry.group == crate::service::Group::Query => shape("Answer"),
        _ => json!({ "type": "object" }),
    }
}

/// Every shape by its name.
pub(super) fn all() -> Value {
    let hit = |score: &str| {
        and(
            object(json!({
                "id": maybe_text(), score: { "type": "number" }, "file": text(), "line": number(),
                "column": maybe_number(), "start_line": number(), "end_line": number(), "language": text(),
                "entity_type": maybe_text(), "entity_name": maybe_text(),
                "context": object(json!({ "before": text(), "match": text(), "after": text() })),
                "project": object(json!({ "id": text(), "name": text() })),
            })),
            json!({ "cell": number(), "stale": flag() }),
        )
    };
    let hits = |hit: &str| {
        and(
            object(json!({ "results": list(shape(hit)), "total": number(), "took": number() })),
            json!({ "notes": list(text()), "hint": text(), "did_you_mean": list(text()), "answered": text() }),
        )
    };
    let part = |more: Value| {
        and(
            object(
                json!({ "status": { "enum": ["healthy", "unhealthy"] }, "response_time_ms": { "type": "number" } }),
            ),
            more,
        )
    };
    let degraded = list(json!({ "enum": ["read_only", "backup_failed", "memory_pressure"] }));
    let cache =
        object(json!({ "entries": number(), "bytes": number(), "hits": number(), "misses": number() }));
    let neighbour = object(json!({
        "id": text(), "name": maybe_text(), "type": maybe_text(), "file": maybe_text(),
        "line": { "type": ["integer", "null"] }, "relationship": text(),
        "site": and(
            object(json!({ "file": maybe_text(), "line": maybe_number(), "column": maybe_number() })),
            json!({ "context": maybe_text() }),
        ),
        "confidence": { "type": ["number", "null"] }, "depth": number(),
    }));
    json!({
        "Problem": and(
            object(json!({
                "type": text(), "title": text(), "code": text(), "status": number(), "detail": text(),
                "request_id": text(),
            })),
            json!({ "instance": text(), "hint": text(), "errors": list(object(json!({ "field": text(), "message": text() }))) }),
        ),
        "Health": and(
            object(json!({
                "status": { "const": "healthy" }, "version": text(), "uptime": text(), "features": list(text()),
            })),
            json!({ "degraded": degraded.clone() }),
        ),
        "Ready": and(
            object(json!({ "status": { "const": "ready" }, "generation": { "type": ["integer", "null"] } })),
            json!({ "degraded": degraded.clone() }),
        ),
        "HealthOfParts": and(
            object(json!({
                "status": { "enum": ["healthy", "unhealthy"] }, "timestamp": text(),
                "components": object(json!({
                    "database": part(json!({
                        "generation": { "type": ["integer", "null"] }, "projects": number(), "problem": text(),
                    })),
                    "vector_search": part(json!({
                        "index_size": number(), "documents": number(), "problem": text(),
                    })),
                    "memory": and(
                        object(json!({ "status": { "enum": ["healthy", "unhealthy"] } })),
                        json!({
                            "used": maybe_number(), "available": maybe_number(),
                            "usage_percent": { "type": ["number", "null"] },
                        }),
                    ),
                })),
            })),
            json!({ "version": text(), "uptime": text(), "degraded": degraded }),
        ),
        "Operations": object(json!({ "operations": list(object(json!({
            "method": text(), "path": text(), "about": maybe_text(), "body": { "type": "object" },
        }))) })),
        "Token": object(json!({
            "access_token": text(), "token_type": { "const": "Bearer" }, "expires_in": number(), "scope": text(),
        })),
        "Page": object(json!({
            "page": number(), "limit": number(), "total": number(), "total_pages": number(),
            "has_next": flag(), "has_previous": flag(),
        })),
        "Project": and(
            object(json!({
                "id": text(), "name": text(), "description": text(), "path": text(), "languages": list(text()),
                "status": { "enum": ["ready", "indexing", "queued", "deleting", "missing"] },
                "created_at": maybe_text(), "updated_at": text(), "generation": number(),
                "config": object(json!({
                    "enable_vector_search": flag(), "embedding_model": text(), "ignore_patterns": list(text()),
                })),
                "options": { "type": ["object", "null"] },
                "stats": object(json!({
                    "files": number(), "lines_of_code": number(), "bytes": number(), "symbols": number(),
                    "edges": number(),
                })),
            })),
            json!({ "health": and(
                object(json!({
                    "index_status": { "enum": ["fresh", "stale", "unknown"] },
                    "last_error": { "type": ["object", "null"] },
                })),
                json!({ "changes": { "type": ["object", "null"] } }),
            ) }),
        ),
        "Stats": object(json!({
            "files": object(json!({ "total": number(), "by_language": { "type": "object" } })),
            "code": object(json!({ "lines": number() })),
            "entities": object(json!({ "total": number(), "by_kind": { "type": "object" } })),
            "edges": object(json!({ "total": number(), "by_kind": { "type": "object" } })),
            "references": object(json!({
                "resolved": number(), "unresolved": number(), "external": number(),
                "resolved_share": { "type": ["number", "null"] },
            })),
            "dependencies": object(json!({ "external": number() })),
        })),
        "Job": object(json!({
            "id": text(),
            "type": { "enum": crate::jobs::Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>() },
            "status": { "enum": crate::jobs::State::ALL.iter().map(|state| state.name()).collect::<Vec<_>>() },
            "project_id": maybe_text(), "created_at": text(), "started_at": maybe_text(),
            "finished_at": maybe_text(), "estimated_completion": maybe_text(),
            "progress": and(
                object(json!({
                    "current_file": maybe_text(),
                    "percent": { "type": "integer", "minimum": 0, "maximum": 100 },
                    "processed_files": number(), "total_files": number(),
                    "files_per_second": { "type": "number" },
                })),
                json!({ "phase": text() }),
            ),
            "result": { "type": ["object", "null"] },
            "error": { "type": ["object", "null"] },
            "logs": list(object(json!({ "at": text(), "message": text() }))),
        })),
        "SearchResult": hit("score"),
        "SearchResults": hits("SearchResult"),
        "SimilarResult": hit("similarity"),
        "SimilarResults": hits("SimilarResult"),
        "Entity": and(
            object(json!({
                "id": text(), "name": text(), "type": text(), "language": maybe_text(), "file": text(),
                "line": number(), "column": number(), "start_line": { "type": ["integer", "null"] },
                "end_line": { "type": ["integer", "null"] }, "signature": maybe_text(),
                "documentation": maybe_text(), "visibility": maybe_text(),
                "project": object(json!({ "id": text(), "name": text() })),
            })),
            json!({
                "dependencies": list(neighbour.clone()), "references": list(neighbour), "truncated": flag(),
            }),
        ),
        "GraphAnswer": and(
            object(json!({ "results": list(json!({ "type": "object" })), "total": number(), "execution_time": number() })),
            json!({ "columns": list(text()), "plan": { "type": "array" }, "truncated": flag() }),
        ),
        "File": and(
            object(json!({
                "project": text(), "path": text(), "language": text(), "lines": number(), "from": number(),
                "to": number(), "truncated": flag(), "stale": flag(), "text": text(),
            })),
            json!({ "cells": list(object(json!({ "line": number(), "number": number() }))) }),
        ),
        "Outline": object(json!({
            "path": text(), "language": text(), "lines": number(), "results": list(json!({ "type": "object" })),
        })),
        "AdminStats": object(json!({
            "version": text(), "uptime_seconds": number(), "projects": number(),
            "largest_projects": list(object(json!({
                "id": text(), "files": number(), "bytes": number(), "symbols": number(), "edges": number(),
                "vectors": number(),
            }))),
            "database": and(
                object(json!({
                    "generation": { "type": ["integer", "null"] }, "disk_bytes": number(),
                    "families": list(object(json!({ "name": text(), "rows": number(), "bytes": number() }))),
                    "block_cache": object(json!({ "used_bytes": number(), "capacity_bytes": number() })),
                    "properties": numbers(),
                    "writing": object(json!({
                        "memtable_bytes": number(),
                        "pending_compaction_bytes": number(), "is_stalled": flag(), "background_errors": number(),
                    })),
                })),
                json!({ "tickers": numbers() }),
            ),
            "vectors": object(json!({ "disk_bytes": number() })),
            "caches": and(
                object(json!({ "query": cache.clone(), "result": cache })),
                json!({ "block": object(json!({ "bytes": number(), "hits": number(), "misses": number() })) }),
            ),
            "jobs": object(json!({
                "paused": flag(), "queued": number(), "running": list(shape("Job")), "by_status": numbers(),
                "ended": { "type": "object", "additionalProperties": numbers() }, "files": numbers(),
            })),
            "backups": object(json!({
                "last_success_at": maybe_text(), "last_bytes": { "type": ["integer", "null"] },
                "next_in_seconds": { "type": ["integer", "null"] }, "made": number(), "failed": number(),
            })),
            "memory": object(json!({
                "resident_bytes": { "type": ["integer", "null"] },
                "virtual_bytes": { "type": ["integer", "null"] },
                "limit_bytes": number(), "pressure": flag(),
            })),
        })),
        "Backup": and(
            object(json!({
                "id": text(), "place": text(), "generation": number(), "files": number(), "bytes": number(),
                "new_files": number(), "new_bytes": number(), "manifest_sha256": text(),
            })),
            json!({ "project": text() }),
        ),
        "Checkpoint": object(json!({ "path": text(), "generation": number() })),
        "VectorStats": object(json!({
            "project_id": text(), "vectors": number(), "dimension": number(), "model": text(), "metric": text(),
            "file_bytes": number(),
        })),
        "Found": and(
            object(json!({ "results": list(json!({ "type": "object" })), "total": number(), "took_ms": number() })),
            json!({ "notes": list(text()), "hint": text(), "did_you_mean": list(text()), "answered": text() }),
        ),
        "Status": object(json!({
            "data_dir": text(), "disk_bytes": number(), "generation": number(),
            "projects": list(json!({ "type": "object" })),
        })),
        "Table": and(
            object(json!({ "columns": list(text()), "rows": list(json!({ "type": "array" })), "took_ms": number() })),
            json!({ "plan": { "type": ["array", "null"] } }),
        ),
        "Schema": object(json!({
            "labels": list(json!({ "type": "object" })), "relationship_types": list(json!({ "type": "object" })),
            "properties": list(json!({ "type": "object" })), "functions": list(json!({ "type": "object" })),
        })),
        "Answer": and(
            object(json!({ "results": list(json!({ "type": "object" })) })),
            json!({ "symbol": text(), "id": maybe_text(), "unresolved": number(), "truncated": flag() }),
        ),
    })
}
