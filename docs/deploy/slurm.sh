#!/bin/bash
# A corpus on SLURM without a server: every task of the array takes its share of the recordings.
#   sbatch docs/deploy/slurm.sh /shared/manifest.csv /shared/shards
# A task that is requeued goes on where it was. Afterwards, all tables are one:
#   duckdb -c "from '/shared/shards/*/tables/sessions.parquet'"
#SBATCH --job-name=coach --array=1-50 --requeue
#SBATCH --cpus-per-task=4 --mem=8G --time=24:00:00
set -euo pipefail
manifest=$1 shards=$2
export COACH_MODELS_DIR=${COACH_MODELS_DIR:-$shards/models}  # filled by 'coach models pull'
exec coach batch "$manifest" -o "$shards/$SLURM_ARRAY_TASK_ID" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --workers "${SLURM_CPUS_PER_TASK:-1}"
