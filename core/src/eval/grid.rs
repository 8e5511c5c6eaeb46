//! Points of a grid of parameters.

use crate::error::{ParamError, Result};
use crate::params::at_least;
use crate::random::Random;

/// The most points that are listed.
const MAX_POINTS: usize = 1 << 20;

/// The points of a grid: for each point, the position of its value in each dimension, `lens` values long; in the order of
/// nested loops, the last dimension fastest. At most `max_points`, where there are more a seeded choice of them without
/// repetition, in the same order.
///
/// Random points find good values with fewer trials than a full grid where few parameters matter (Bergstra and Bengio
/// 2012, *Journal of Machine Learning Research* 13).
///
/// ```
/// use kosar::eval::grid_positions;
///
/// assert_eq!(grid_positions(&[2, 2], None, 0)?, [[0, 0], [0, 1], [1, 0], [1, 1]]);
/// assert_eq!(grid_positions(&[100, 100], Some(7), 0)?.len(), 7);
/// # Ok::<(), kosar::Error>(())
/// ```
///
/// # Errors
/// [`ParamError::TooSmall`] for a dimension without values or for `max_points` 0, [`ParamError::TooLarge`] for more than
/// 2^20 points.
pub fn grid_positions(lens: &[usize], max_points: Option<usize>, seed: u64) -> Result<Vec<Vec<usize>>> {
    lens.iter().try_for_each(|&len| at_least("values of a grid's parameter", len, 1))?;
    at_least("max_points", max_points.unwrap_or(1), 1)?;
    let n_points = lens.iter().try_fold(1_usize, |product, &len| product.checked_mul(len));
    let n_points = n_points.unwrap_or(usize::MAX);
    let n = max_points.map_or(n_points, |max| max.min(n_points));
    if n > MAX_POINTS {
        let (value, max) = (n as u64, MAX_POINTS as u64);
        return Err(ParamError::TooLarge { name: "points of the grid", value, max }.into());
    }
    let chosen: Vec<usize> =
        if n == n_points { (0..n).collect() } else { Random::new(seed, 0).distinct(n_points, n) };
    let point = |mut number: usize| {
        let mut position = vec![0; lens.len()];
        for (slot, &len) in position.iter_mut().zip(lens).rev() {
            (*slot, number) = (number % len, number / len);
        }
        position
    };
    Ok(chosen.into_iter().map(point).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_has_no_point_twice_and_keeps_the_order() {
        let all = grid_positions(&[3, 4, 5], None, 0).unwrap();
        assert_eq!(all.len(), 60);
        assert!(all.is_sorted_by(|a, b| a < b));
        let some = grid_positions(&[3, 4, 5], Some(20), 9).unwrap();
        assert_eq!(some.len(), 20);
        assert!(some.is_sorted_by(|a, b| a < b));
        assert!(some.iter().all(|point| all.contains(point)));
        assert_ne!(some, grid_positions(&[3, 4, 5], Some(20), 10).unwrap());
        assert_eq!(grid_positions(&[3, 4, 5], Some(99), 9).unwrap(), all);
    }

    #[test]
    fn every_point_is_chosen_about_as_often() {
        let mut seen = [0; 10];
        for seed in 0..1000 {
            grid_positions(&[10], Some(3), seed).unwrap().iter().for_each(|point| seen[point[0]] += 1);
        }
        assert!(seen.iter().all(|&n| (230..370).contains(&n)), "{seen:?}");
    }

    #[test]
    fn grids_without_points_or_with_too_many_are_refused() {
        assert!(grid_positions(&[3, 0], None, 0).unwrap_err().to_string().contains("at least 1, got 0"));
        assert!(grid_positions(&[3], Some(0), 0).unwrap_err().to_string().contains("max_points"));
        assert!(grid_positions(&[1 << 11, 1 << 11], None, 0).unwrap_err().to_string().contains("1048576"));
        assert_eq!(grid_positions(&[usize::MAX, 7], Some(2), 0).unwrap().len(), 2);
        assert_eq!(grid_positions(&[], None, 0).unwrap(), [[0; 0]]);
    }
}
