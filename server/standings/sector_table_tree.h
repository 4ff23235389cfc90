/** What a finished table of sectors is made of; for the files that write it out. */
#pragma once

#include "standings/board_tree.h"
#include "standings/sector_table.h"

struct sector_row {
	int sector;   /**< index of the wave */
	size_t place; /**< in byte order of codes */
	size_t rank;  /**< 0: none, no published company */
	struct level level;
};

struct sector_table {
	struct board_source source;
	struct roster roster;
	struct metric metric;
	struct sector_row *rows; /**< by rank, then code */
	size_t len;
	int64_t contacts_all; /**< suppressed companies' too */
	struct level overall;
	double sector_min, sector_max;
	struct figures pool;	  /**< contacts of published companies */
	struct figures *channels; /**< the same by channel of the programme */
	struct components components;
	const struct severity_model *severity;
};
