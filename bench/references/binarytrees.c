/* The same as binarytrees.wat with malloc and free. */
#include <stdlib.h>

struct tree {
    struct tree *left, *right;
};

static struct tree *make(int depth)
{
    struct tree *tree = malloc(sizeof *tree);
    tree->left = depth == 0 ? NULL : make(depth - 1);
    tree->right = depth == 0 ? NULL : make(depth - 1);
    return tree;
}

static int count(const struct tree *tree)
{
    return tree == NULL ? 0 : 1 + count(tree->left) + count(tree->right);
}

static void discard(struct tree *tree)
{
    if (tree != NULL) {
        discard(tree->left);
        discard(tree->right);
        free(tree);
    }
}

int main(void)
{
    struct tree *lasting = make(16);
    int nodes = 0;
    for (int round = 0; round < 5000; round++) {
        struct tree *tree = make(10);
        nodes += count(tree);
        discard(tree);
    }
    return nodes != 10235000 || count(lasting) != 131071;
}
