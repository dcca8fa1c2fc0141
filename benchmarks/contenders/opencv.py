"""OpenCV's DNN module behind the line protocol of subject.ts: one JSON object in, one out."""

import json
import sys
import time

import cv2
import numpy as np


class Runner:
    def load(self, message):
        model = message["model"]
        cv2.setNumThreads(message["cores"])
        self.net = cv2.dnn.readNetFromONNX(model["path"])
        self.model = model
        return {"name": "OpenCV DNN", "version": "OpenCV " + cv2.__version__}

    def top_five(self, jpeg):
        model = self.model
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        size = (model["size"], model["size"])
        bgr = model["channelOrder"] == "BGR"
        mean = model["mean"][::-1] if bgr else model["mean"]
        scale = model["scale"]
        blob = cv2.dnn.blobFromImage(
            image, scale, size, [m / scale for m in mean], swapRB=not bgr, crop=False
        )
        std = np.array(model["std"][::-1] if bgr else model["std"], np.float32)
        if (std != 1).any():
            blob = blob / std.reshape(1, 3, 1, 1)
        self.net.setInput(blob)
        scores = self.net.forward().reshape(-1)
        return np.argsort(-scores, kind="stable")[:5].tolist()

    def answers(self, message):
        return {"topFive": [self.top_five(read(path)) for path in message["pictures"]]}

    def run(self, message):
        pictures = [read(path) for path in message["pictures"]]
        latencies = []
        started = time.perf_counter()
        end = started + message["durationMs"] / 1000
        i = 0
        while time.perf_counter() < end:
            before = time.perf_counter()
            self.top_five(pictures[i % len(pictures)])
            latencies.append((time.perf_counter() - before) * 1000)
            i += 1
        wall = time.perf_counter() - started
        return {
            "pictures": i,
            "wallMs": wall * 1000,
            "latencies": latencies,
        }


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    runner = Runner()
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "close":
            break
        try:
            answer = getattr(runner, message["cmd"])(message)
        except Exception as error:  # told to the parent, which decides
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


main()
