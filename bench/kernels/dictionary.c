/* A dictionary of strings: made-up words are counted in a chained hash table
 * that grows, then every word is looked up again.  Allocation, byte loops,
 * pointer chasing and string comparison. */
#include <stdio.h>
#include <string.h>

#include "kernel.h"

struct entry {
  struct entry *next;
  uint32_t hash;
  uint32_t count;
  char word[]; /* ends with a zero byte */
};

struct dictionary {
  struct entry **buckets;
  uint32_t bucket_count; /* a power of two */
  uint32_t size;
};

static void *allocate(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (memory == NULL) exit(1);
  return memory;
}

static uint32_t hash_word(const char *word) {
  uint32_t hash = CHECKSUM_START;
  for (; *word != '\0'; word++) hash = checksum_add(hash, (uint8_t)*word);
  return hash;
}

static void grow(struct dictionary *dictionary) {
  uint32_t old_count = dictionary->bucket_count;
  struct entry **old = dictionary->buckets;
  dictionary->bucket_count = old_count * 2;
  dictionary->buckets = allocate(dictionary->bucket_count * sizeof *old);
  for (uint32_t i = 0; i < old_count; i++) {
    for (struct entry *entry = old[i], *next; entry != NULL; entry = next) {
      struct entry **bucket = &dictionary->buckets[entry->hash & (dictionary->bucket_count - 1)];
      next = entry->next;
      entry->next = *bucket;
      *bucket = entry;
    }
  }
  free(old);
}

static struct entry *find(const struct dictionary *dictionary, const char *word, uint32_t hash) {
  struct entry *entry = dictionary->buckets[hash & (dictionary->bucket_count - 1)];
  while (entry != NULL && (entry->hash != hash || strcmp(entry->word, word) != 0)) {
    entry = entry->next;
  }
  return entry;
}

static void count_word(struct dictionary *dictionary, const char *word) {
  uint32_t hash = hash_word(word);
  struct entry *entry = find(dictionary, word, hash);
  if (entry == NULL) {
    if (dictionary->size++ == dictionary->bucket_count) grow(dictionary);
    entry = allocate(sizeof *entry + strlen(word) + 1);
    struct entry **bucket = &dictionary->buckets[hash & (dictionary->bucket_count - 1)];
    strcpy(entry->word, word);
    entry->hash = hash;
    entry->next = *bucket;
    *bucket = entry;
  }
  entry->count++;
}

/* Makes up a word of two to four syllables; few syllables are common. */
static void make_word(char *word, uint32_t *seed) {
  uint32_t syllables = 2 + next_random(seed) % 3;
  while (syllables-- > 0) {
    uint32_t pick = next_random(seed) % 100 * (next_random(seed) % 100) / 100;
    *word++ = "bcdfghjklmnprstvwxyz"[pick / 5];
    *word++ = "aeiou"[pick % 5];
  }
  *word = '\0';
}

int main(int argc, char **argv) {
  int words = kernel_size(argc, argv, 3000000);
  struct dictionary dictionary = {allocate(16 * sizeof(struct entry *)), 16, 0};
  char word[16];
  uint32_t seed = 1;
  for (int i = 0; i < words; i++) {
    make_word(word, &seed);
    count_word(&dictionary, word);
  }
  uint32_t checksum = CHECKSUM_START;
  seed = 1;
  for (int i = 0; i < words; i++) {
    make_word(word, &seed);
    checksum = checksum_add(checksum, find(&dictionary, word, hash_word(word))->count);
  }
  printf("dictionary %d %u %08x\n", words, dictionary.size, checksum);
  return 0;
}
