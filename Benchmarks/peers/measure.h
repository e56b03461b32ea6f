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

typedef struct {
  double error;
  double truncation_error;
  double variance_captured;
} Measurement;

// error² = (1 − s)²·variance captured + truncation error²
static inline Measurement measure(const Energies *energies, int rank, double scale) {
  double captured = energies->head[rank] / energies->tail[0];
  double truncation = energies->tail[rank] / energies->tail[0];
  return (Measurement){
      .error = sqrt((1 - scale) * (1 - scale) * captured + truncation),
      .truncation_error = sqrt(truncation),
      .variance_captured = captured,
  };
}

#endif
