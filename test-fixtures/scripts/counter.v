module top(input clk, input reset, output [3:0] leds);
  reg [7:0] count;
  always @(posedge clk)
    if (reset) count <= 0;
    else count <= count + 1;
  assign leds = count[7:4] ^ {count[0], 3'b0};
endmodule
