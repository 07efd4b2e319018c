--- What Unicode 14 says of characters, as far as a clean line needs it.
---
--- Made from Python's `unicodedata`. A table is a list of ranges in base 36: how far the range begins behind
--- the end of the one before, and where it is longer than one character, `:` and how many more there are.
--- Unassigned code points are in none of them; what takes characters of a newer Unicode away is the server.
local M = {}

---@type table<string, string>
local packed = {
  -- Controls, formats, surrogates, private use, what is no character, and what draws nothing.
  dropped = [[
0:v 2o:w e iq j5:5 n 5d 1e ap:1 29 1od:1 190:1 2e:4 1ks:4 r:4 1e:4 2:9 1ht 1us wws:6in y9:v
h:d 6q 4h 2h:2 3:1 3b2 g 6zn:8 qy0:3 43a q:7 96s:1 1ekf:1 1ekf:1 1ekf:1 1ekf:1 1ekf:1 1ekf:1
1ekf:1 1ekf:1 1ekf:1 1ekf:1 1ekf:1 1ekf:35t 1ben:2t4x]],
  -- Separators of words, lines and paragraphs.
  spaces = [[
9:4 f:4 2t r 4bk 1vk:a u:1 6 1c 335]],
  -- Marks on a letter.
  marks = [[
lc:33 7o:6 7c:18 2 2:1 2:1 2 21:a 1d:k h 2u:6 3:5 3:1 2:3 10 v:q 2k:a 1n:8 a p:3 2:8 2:2 2:4
18:2 1p:7 17:n 2:w 1j:2 2:h 2:6 b:1 u:2 1l 2:6 3:1 3:2 a b:1 r 3:2 1l 2:4 5:1 3:2 4 v:1 4 c:2
1l 2:7 2:2 2:2 l:1 n:5 2:2 1l 2:6 3:1 3:2 8:2 b:1 v 1o:4 4:2 2:3 a 15:4 1k 2:6 2:2 2:3 8:1 c:1
u:2 1l 2:6 2:2 2:3 8:1 c:1 t:3 1k:1 2:6 2:2 2:3 a b:1 u:2 1z 5:5 2 2:7 j:1 1q 3:6 d:7 2r 3:8
c:5 23:1 s 2 2 5:1 1e:j 2:1 6:a 2:z a 2t:j o:3 5:2 2:2 3:6 4:3 e:b 2 b:3 jk:2 qb:3 t:2 u:1 v:1
1t:v a 1a:2 2 3a:1 z 3b:b 5:b 64:4 1m:9 2:s 3 1d:u 1e:4 1c:g 13:8 d:2 v:c 1l:d 1d:j 49:2 2:k 5
7 3:2 5j:1r k1:w 2db:2 3y 2p:v ff:5 2y:1 n9x:3 2:9 x:1 29:1 7l 4 5 o:4 5 2c:1 1f:h r:h e 13:7
q:c 19:3 1c:d 11 1w:d d 9:1 1a:2 1f 2:2 3:1 6:1 2 16:4 6:1 6l:7 2:1 fn5 ki:f h:f r2 6b 46:4
1af:2 2:1 6:3 15:2 5 4m:1 fy:3 as:1 4a:a 1e:3 3f:2 1i:e 16 3:1 b:3 1a:a 8 1q:2 11:d h:1 19 d:2
1d:d 9:3 2:1 2l:b 7 4h:b m:3 1k:1 2:6 3:1 3:2 a b:1 3:6 4:4 5d:h o 2a:j 6k:6 3:8 s:1 2b:g 2z:c
2u:e 75:e 6u:5 2:1 3:3 2 2:1 3y:6 3:6 4 t:9 15:6 2:3 9 a:a 1b:f ba:7 2:7 2b:l 2:d 3f:5 4 2:1
2:6 2 1v:4 2:1 2:4 9o:3 f0a:4 1o:6 t5 2:1i 8:3 2a c:1 f58:1 3mq:19 3:m f3:4 4:5 9:7 3:6 v:3
45:2 1j0:1i 5:1d 9 f n:4 2:e 11t:6 2:g 3:6 2:1 2:4 7a:6 ag 1q:3 15t:6 32:6 gzhy:6n]],
  -- Marks that take no column of their own.
  narrow = [[
lc:33 7o:6 7c:18 2 2:1 2:1 2 21:a 1d:k h 2u:6 3:5 3:1 2:3 10 v:q 2k:a 1n:8 a p:3 2:8 2:2 2:4
18:2 1p:7 17:n 2:v 1k 2 5:7 5 4:6 b:1 u 1n 5:3 9 l:1 r 3:1 1m 5:1 5:1 3:2 4 v:1 4 c:1 1m 5:4
2:1 5 l:1 n:5 2 1n 3 2:3 9 8:1 c:1 v 1q d 1f 4 1k 2:2 6:2 2:3 8:1 c:1 u 1n 3 7 6:1 l:1 t:1
1m:1 5:3 9 l:1 u 21 8:2 2 2j 3:6 d:7 2r 3:8 c:5 23:1 s 2 2 1k:d 2:4 2:1 6:a 2:z a 2v:3 2:5 2:1
3:1 q:1 5:2 h:3 e 3:1 7 g jk:2 qb:2 u:1 v:1 v:1 1t:1 2:6 9 3:a a 1a:2 2 3a:1 z 3b:2 5:1 a 7:2
64:1 3 1n 2:6 2 2 3:7 7:9 3 1d:u 1e:3 1d 2:4 2 6 15:8 d:1 x:3 3:1 2:2 1l 2:1 4 2:2 1n:7 3:1
49:2 2:c 2:6 5 7 4:1 5j:1r k1:w 2db:2 3y 2p:v ff:3 30:1 n9x:3 2:9 x:1 29:1 7l 4 5 q:1 6 48:1
r:h e 13:7 q:a 1b:2 1d 3:3 3:1 14 1w:5 3:1 3:1 d 9 1c 1g 2:2 3:1 6:1 2 17:1 9 6n 3 5 fn5 ki:f
h:f r2 6b 46:4 1af:2 2:1 6:3 15:2 5 4m:1 fy:3 as:1 4a:a 1e:3 3g 1j:e 16 3:1 b:2 1e:3 3:1 8
1q:2 11:4 2:7 1r d:1 1h:8 b:3 3 2o:2 3 2:1 7 4h 4:7 m:1 1m:1 4 12:6 4:4 5g:7 3:2 2 o 2d:5 2
5:1 2:1 6n:3 7:1 2:1 s:1 2e:7 3 2:1 2z 2 3:5 2 2u:2 3:3 2:4 78:8 2:1 75:1 2 5 41:3 3:1 5 x:9
15:5 3:3 9 a:5 3:2 1b:c 2:1 bb:6 2:5 2 2b:l 3:6 2:1 2:1 3f:5 4 2:1 2:6 2 21:1 4 2 9o:1 f0c:4
1o:6 t5 1s:3 2a f5l:1 3mq:19 3:m f5:2 i:7 3:6 v:3 45:2 1j0:1i 5:1d 9 f n:4 2:e 11t:6 2:g 3:6
2:1 2:4 7a:6 ag 1q:3 15t:6 32:6 gzhy:6n]],
  -- Symbols that emoji are joined of.
  pictures = [[
6io:1 2:3 2:1 b 2:1 7:5 2 2 2 5 c:1 f 2:1 2 1n:1 a:4 3:3 2:1 2:1 2:6 2:u 3:1 2 2:u 7h:7 5:j
3:6 3:28 2:t q:13 7:1w q:a 2a:25 n:52 2:8 2:1h 9:32 2:6v 19:17 1t:73 e9:1b m:1 7:12 3:v 2:2w
6e:5 9y:1 1b:p 2:2g d:5x r:b 9 e:1 d m:1 7:1 9d:1 5:9 x:z t:u c:t 9 g:v b:12 g:8v 535:1r
h3l:1i o2:3 b:1 2 fy:2 gcn:f 3k 1a:2 dh 4 5:1 e:1 8q:8 1m:g 3:2 2:c 4 1c:18 1a3:1 gg 2gn 1p2:7
5:g evf:3 6 g2f 3p0:37 1p:6t b:12 3:1n 6:2 n:1 8:t 5:1o m:1t 4 57:2e x6:e7 1k:3 1f:7 2:d 2:1
1c9 28t 3m k2:17 5:2r d:e 3:e 2:e 2:10 o:4g 1l:s e:17 5:8 8:1 f:5 4b:6y 6:k7 6:f 4:c 4:37 d:2g
8:b 5 g:b 5:1j 9:9 7:13 9:t 3:1 27:9f d:d 3:4 4:4 4:6 a:s 4:a 6:5 b:9 7:7 9:6 a:42 2:1i]],
  -- Pictures, and the signs of mathematics.
  symbols = [[
17 h:2 1q 2 14 3 3 2 2:1 12 w lb 3w 7f:1 3c:2 6:1 5r b k:1 6w ec ae 3n:5 2 3p 5s 16 aw:2 g 2:2
3:5 l 2 2 3q:7 2:5 2:1 6:3 5i:1 kx:9 k4 k3 4e:x 9u:9 a:8 y0 e 14:2 e:2 38:1 2:3 2:1 b 2:2 6:5
2 2 2 5 c:1 5:4 6:3 2 1n:1 5:af 5:s 3:6z q:a 2a:25 n:h3 19:1c 3:u b:b6 n:1q 5:v 3:ad 3:v 2:2w
6e:5 9y:1 1b:p 2:2g d:5x r:b 9 e:1 d m:1 7:1 9d:1 5:9 x:z t:u c:t 9 g:v b:12 g:8v 535:1r
h3l:1i o2:3 b:1 2 fy:2 fxs ev:f 3k 1a:2 2r 2:2 4l h:2 1q 2 3o 2 4:6 e:1 8q:8 1m:g 3:2 2:c 4
1c:18 1a3:1 gg 2gn 1p2:7 5:g evf:3 6 g2f 3p0:37 1p:6t b:12 3:1n 6:2 n:1 8:t 5:1o m:1t 4 57:2e
ob q w q w q w q w q 1p:e7 1k:3 1f:7 2:d 2:1 1c9 28t 3m ci:1 7j:17 5:2r d:e 3:e 2:e 2:10 o:4g
1l:s e:17 5:8 8:1 f:5 4b:6y 6:k7 6:f 4:c 4:37 d:2g 8:b 5 g:b 5:1j 9:9 7:13 9:t 3:1 27:9f d:d
3:4 4:4 4:6 a:s 4:a 6:5 b:9 7:7 9:6 a:42 2:1i]],
  -- What takes two columns.
  wide = [[
oo:1 7:3 8 2 l b2 13:1 1f:1 4 1k:7 s:3 7:a 7j 1p:1 2u:d 1o:1 1e:1 g t:1 2 c:4 w 3:5 6l 9:1 3:1
n 8 2:2 5:1 a:1 3:1 5:7 2:3 3 6:1 q:1 4 7:3 3:1 n 8 3 3 3:1 2 6:3 3:1 4:2 2:6 5 2:6 i:9 4 a 4
n 8 3 6:1 b 4 4:1 2:e 5:1 d:6 8 4 9:1 3:1 n 8 3 6:1 a:1 3:1 4:6 4:3 3 6:1 j:9 3 7:2 4 5:2 3 2
3:2 3:2 4:2 d:3 6:2 4 5:1 2:5 2:d m:4 e 4 o h:1 a 4 5:6 3 4:1 2:1 5:1 b:6 n 4 o b 6:1 a 4 5:6
3:5 3 5:1 b 3:c e 4 1g 4 7:3 h:1 r 4 j:2 p a 2:1 8:2 2:3 7 2 9:5 b:1 4:b 1n:3 u:10 3 2 6 p 2
o:1 6 2 7:1 b:1 5:v 21 11:3 14 11 g e:10 5j 2:4 2:1 1d:2n 6i 5:1 8 2 5:1 16 5:1 y 5:1 8 2 5:1
g 1m 5:1 1w:1 x:2 r:5 2f:1 7:1 im:2 2i:6 n:8 p:8 l:b e 4 3:b 2n:1 b:5 b:5 r:5 2i:6 18:4 1z:9 w
d:3 d:3 2:2 17:1 6:a 19:3 r:5 c:2 1r:1 1u u:1 c:5 b:5 f:1 w:1c 26:2 1c 39:7 1p:2 g:2 1p:6 18:1
c:7 18:4 ev:1 7:1 13:1 7:1 9 2 2 2 w:1 1i g f:1 7 k:1 4 a 2u d:1 s e:2 y:e y:e 3x:3 az:1 e:1
5b:3 4 3 1g:o c:k bi:1 m:1 1f:b 18 k e 9:1 i:1 6:1 9 6 m 8:1 2 5 3 8 5:1 t 10 2 5:2 2 1q:2 p f
nw:1 1g 5 v:1 x 9q:4 1a 2:4 2:1 1l:6 3:d p:8 8 8 8 8 8 8 8 8 3j:dc 2:ef 9:5f3 1t:h5b 9p:j 55:7
5o:4 3 2 6:n 1o:2 b:5 1l:7 1z:7 d:5 39:a 2:v 27 c:3 y 1k:8 f:1 b:1 2w:n t:9 7:1 7:1 7:8 8 8
1p:3 3j:1 b:8mt o:3 1e:3 6ip:e7 8:b 6:4 r 6 2 3 3 3i:f ce:1 1j:6 2:v x:f h:1r 6 3s:1 2:2o 2n:2
7:1 7:1 7:1 4:a 8:9 6:1 d r k 3 g:1 f:x 3g:4 4:3 1a:2 2h e:2 2:1a 1b:3l u:2 1e:e t:3 11:8 v:4
18:4 v 12:3 f:15 4f:1 b:5 11:3 11:3 15:7 1h:a d g 8 3 c g 8 3:1u 8o:8 n:9 9:n 7 17 a:1w 7:1 2
19 3:2 2:1 o 21:7 a:1b k 3:4 y:2 s:4 2:1r 1l:3 l:1 1f 3:4 9 4 u:1 4:3 b:6 a:6 1t:v 14:3 d:8
1j:2 u:1 s:4 r:6 5:b 8:27 22:1i 1g:c 1g:6 1b:7 b:85 w 17 4:1 3:25 15:7 17:l r:11 t:j o:8 27:3
11:8 1x:9 2:1 q:6 b:5 1i j:7 14:8 2p l:a j 19:1s 8 2 5 g c:5 1o:4 b:5 5 9:1 3:1 n 8 3 6 b:1
3:1 4:1 2:5 2:4 8:1 8:2 6:3u 2l 6:t 21:7 b:4l 1j:1 13:x 1y:a b:5 e:i 1n:5 b:1h s:1 g:3 o:54
1p:2r 2c:b 9:1 2:1 9 3 v 3:1 d:8 b:1x 9:1 1b:1 c:q 21:7 2c:c 22:7a a 1a f:9 u:2 x:1 n f:20 8 3
19:2 2 3 a:7 b:5 7 3 12 3 7:6 b:8l q:52 2:e 1f:c po:2t 34 6:a 5h:217 2s:c ts a:346 g8:6ns fu:6
w b:3 2a b:5 v:1 7:9 1z:9 b 8 m:4 k:j3 2k:2s 24:3 1m:6 i:f33 30:4 e:2 a:6 b:1 9:3mj 1b:1 o:8
39:1n 6v:9 14:1 5f:k 1z:49 l:b 2g:8 q:3q 2e 20 3:1 2:1 3:1 5 d 2 8 1u 5:1 9 8 t 5 6 2:2 8 9h:1
85:1 jj:e 6 g:un w:68 8 i:1 8 3 6:5w 1a:2 f:1 b:3 3:8v w:g 1n:4 2:yn 8 5 3 g 5i:1 h:14 25:3
b:3 3:ls 1x:23 1q:5d 5 s 3 2:1 2 b 5 2 2:5 2:3 2 2 2 4 3 2:1 2 2 2 2 2 3 2:1 5 8 5 5 2 b i:4 4
6 i:1f 3:7h 5 14:3 2t:b g:1 g f:1 12:9 3z 3:9 k:1j r:80 d:8 2:1x 2:l d:16 5:4 d:g 4 4:1y 2
2:56 3:1q e:3 2:n j r:1 e 2f:2c 1d:1x 7 4:2 3:a c:4 5:b 39:b 2i:12 d:3 1l:7 b:5 15:7 v:1 3:25
d:1a 2:9 2:54 2d:b f:41 44 1k:10 b:gvly 2:t 2p:3j 6p:1e6n 1ekf:1 1ekf:1]],
}

---@type table<string, integer[][]>
local read = {}

---@param name string
---@return integer[][]
local function ranges(name)
  local found, at = {}, 0
  for start, more in packed[name]:gmatch('(%w+):?(%w*)') do
    local first = at + tonumber(start, 36)
    at = first + (more == '' and 0 or tonumber(more, 36))
    found[#found + 1] = { first, at }
  end
  return found
end

--- Whether a character is in a table: `dropped`, `spaces`, `marks`, `narrow`, `pictures`, `symbols`, `wide`.
---@param name string
---@param code integer its code point
---@return boolean
function M.is(name, code)
  local list = read[name]
  if not list then
    list = ranges(name)
    read[name] = list
  end
  local low, high = 1, #list
  while low <= high do
    local middle = math.floor((low + high) / 2)
    local range = list[middle]
    if code < range[1] then
      high = middle - 1
    elseif code > range[2] then
      low = middle + 1
    else
      return true
    end
  end
  return false
end

return M
