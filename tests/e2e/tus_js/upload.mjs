// Sends a file with tus-js-client as its users do, and says line by line what happened.
// upload.mjs ENDPOINT KEY FILE NOTES
import fs from "node:fs"
import {FileUrlStorage, Upload} from "tus-js-client"

const [endpoint, key, file, notes] = process.argv.slice(2)
const say = (words) => process.stdout.write(`${words}\n`)

const upload = new Upload(fs.createReadStream(file), {
  endpoint,
  headers: {Authorization: `Bearer ${key}`},
  metadata: {filename: "results.csv", filetype: "text/csv"},
  uploadSize: fs.statSync(file).size,
  chunkSize: Infinity,
  retryDelays: Array(60).fill(500),
  urlStorage: new FileUrlStorage(notes),
  fingerprint: async () => `plaudit ${file} ${endpoint}`,
  onAfterResponse: (request, response) =>
    say(`${request.getMethod()} ${response.getStatus()} ${response.getHeader("Upload-Offset") ?? "-"}`),
  onSuccess: () => say(`done ${upload.url}`),
  onError: (error) => {
    say(`failed ${error}`)
    process.exitCode = 1
  },
})
const before = await upload.findPreviousUploads()
if (before.length > 0) {
  upload.resumeFromPreviousUpload(before[0])
  say("resumes")
}
upload.start()
