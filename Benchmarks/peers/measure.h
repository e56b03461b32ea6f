// What a run measures, in closed form from an update's singular values.

#ifndef MEASURE_H
#define MEASURE_H

#include <math.h>

#define LARGEST_SPAN 4096

typedef struct {
  int span;
  // Σ σᵢ² of the first r values, and of those behind them.
  double head[LARGEST_SPAN + 1];
  double tail[LARGEST_SPAN + 1];
} Energies;

static inline void sum_energies(Energies *energies, const double *sigma, int span) {
  energies->span = span;
  energies->head[0] = energies->tail[span] = 0;
  for (int i = 0; i < span; i++) energies->head[i + 1] = energies->head[i] + sigma[i] * sigma[i];
  for (int i = span - 1; i >= 0; i--) energies->tail[i] = energies->tail[i + 1] + sigma[i] * sigma[i];
}

// What a rank keeps of an update, whatever the scale.
typedef struct {
  double variance_captured;
  // Squared, and not.
  double truncation;
  double truncation_error;
} Truncated;

static inline Truncated truncated_at(const Energies *energies, int rank) {
  double truncation = energies->tail[rank] / energies->tail[0];
  return (Truncated){
      .variance_captured = energies->head[rank] / energies->tail[0],
      .truncation = truncation,
      .truncation_error = sqrt(truncation),
  };
}

// error² = (1 − s)²·variance captured + truncation error²
static inline double error_at(Truncated truncated, double scale) {
  return sqrt((1 - scale) * (1 - scale) * truncated.variance_captured + truncated.truncation);
}

#endif
