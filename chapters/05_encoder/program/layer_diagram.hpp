// Draws a layer as boxes from bottom to top, as Figure 1 of the paper does, with the shape of
// everything that goes from box to box.
#pragma once

#include <span>
#include <string>

namespace transformer {

struct DiagramBox {
  std::string name;
  std::string detail;
  std::string shape;           ///< Of what leaves the box.
  bool in_layer = true;        ///< Repeated in every layer.
  bool residual = false;       ///< Also takes what went into the box below.
  std::string from_side = {};  ///< What else goes into the box.
};

struct LayerDiagram {
  std::string title;
  std::string input;  ///< What goes into the lowest box.
  std::string times;  ///< How often the layer is repeated.
};

/// The picture of `boxes`, the lowest first.
std::string layer_diagram(std::span<const DiagramBox> boxes, const LayerDiagram& text);

}  // namespace transformer
