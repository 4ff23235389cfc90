/** Back-pressure as a return value: it cannot be forgotten.
 *
 * Whoever takes bytes answers how to go on; whoever gives them obeys.
 */
#pragma once

enum flow {
	FLOW_MORE,  /**< give the next part when you have it */
	FLOW_PAUSE, /**< taken, but give nothing more until you are told to resume */
	FLOW_STOP   /**< nothing more will be taken; the giver ends this stream */
};
